import path from "node:path";
import { EventEmitter, Uri, commands, window, workspace } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import { previewQuery, reportScheme } from "../../support/reportScheme.ts";
import { filesIn, replaceFiles, withoutCommandLinks } from "../../support/fileLinks.ts";
import type { Disposable } from "../../support/store.ts";
import { fileOf, roots } from "../../support/toolPaths.ts";

const kept = 20;
/** A text that names more files has links for the first ones. */
const mostLinks = 1_000;

/** Reports are shown, not kept: a document of its own kind asks for no file name and no save. */
export interface Reports {
  readonly disposables: readonly Disposable[];
  /** Opens the Markdown as a rendered page; its source is behind it. */
  open(title: string, markdown: string): Promise<void>;
}

export function createReports(): Reports {
  const texts = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      uri.query === previewQuery
        ? "Look through the changes below, then press Apply."
        : (texts.get(uri.toString()) ?? "This report is no longer kept. Run the command again."),
  };
  return {
    disposables: [changed, workspace.registerTextDocumentContentProvider(reportScheme, provider)],
    async open(title, markdown) {
      const uri = Uri.from({ scheme: reportScheme, path: `/${title.replace(/[\\/:*?"<>|#]/g, " ").trim()}.md` });
      texts.delete(uri.toString());
      texts.set(uri.toString(), await linked(withoutCommandLinks(markdown)));
      for (const key of texts.keys()) {
        if (texts.size <= kept) break;
        texts.delete(key);
      }
      changed.fire(uri);
      const document = await workspace.openTextDocument(uri);
      try {
        await commands.executeCommand("vscode.openWith", uri, "vscode.markdown.preview.editor");
      } catch {
        // A window without VS Code's own Markdown extension shows the source.
        await window.showTextDocument(document, { preview: false });
      }
    },
  };
}

/** Makes links of the files of the workspace that the Markdown names. */
async function linked(markdown: string): Promise<string> {
  const folders = roots();
  const [first] = folders;
  if (!first) return markdown;
  const paths = [...new Set(filesIn(markdown).map((file) => file.path))].slice(0, mostLinks);
  const found = new Map(await Promise.all(paths.map(async (one) => [one, await fileOf(one, folders)] as const)));
  return replaceFiles(markdown, (file, text) => {
    const uri = found.get(file.path);
    return uri ? `[${text}](${addressOf(uri, first.uri)}${file.line === undefined ? "" : `#L${file.line}`})` : text;
  });
}

/**
 * Of a document that is no file, VS Code takes an address that begins with a slash as one below the first folder; other
 * addresses would be of the document's own scheme.
 */
function addressOf({ path: file }: Uri, { path: folder }: Uri): string {
  const segments = path.posix.relative(folder, file).split("/");
  return `/${segments.map((segment) => encodeURIComponent(segment).replaceAll("(", "%28").replaceAll(")", "%29")).join("/")}`;
}
