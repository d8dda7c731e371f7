import { EventEmitter, Uri, commands, window, workspace } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import { previewText, reportScheme } from "../../support/reportScheme.ts";
import type { Feature } from "../../support/feature.ts";
import { withLinks } from "./reportLinks.ts";

const kept = 20;

/** Reports are shown, not kept: a document of its own kind asks for no file name and no save. */
export interface Reports extends Feature {
  /** Opens the Markdown as a rendered page; its source is behind it. */
  open(title: string, markdown: string): Promise<void>;
  /** Opens two Markdown texts beside each other. */
  compare(title: string, left: string, right: string): Promise<void>;
}

export function activateReports(): Reports {
  const texts = new Map<string, string>();
  const changed = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      previewText(uri.query) ?? texts.get(uri.toString()) ?? "This report is no longer kept. Run the command again.",
  };
  function keep(title: string, markdown: string): Uri {
    const uri = Uri.from({ scheme: reportScheme, path: `/${title.replace(/[\\/:*?"<>|#]/g, " ").trim()}.md` });
    texts.delete(uri.toString());
    texts.set(uri.toString(), markdown);
    for (const key of texts.keys()) {
      if (texts.size <= kept) break;
      texts.delete(key);
    }
    changed.fire(uri);
    return uri;
  }

  return {
    commands: {},
    disposables: [changed, workspace.registerTextDocumentContentProvider(reportScheme, provider)],
    async open(title, markdown) {
      const uri = keep(title, await withLinks(markdown));
      const document = await workspace.openTextDocument(uri);
      try {
        await commands.executeCommand("vscode.openWith", uri, "vscode.markdown.preview.editor");
      } catch {
        // A window without VS Code's own Markdown extension shows the source.
        await window.showTextDocument(document, { preview: false });
      }
    },
    async compare(title, left, right) {
      const [before, after] = [keep(`${title}, before`, left), keep(`${title}, after`, right)];
      await commands.executeCommand("vscode.diff", before, after, title, { preview: false });
    },
  };
}
