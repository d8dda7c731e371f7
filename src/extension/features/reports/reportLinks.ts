import path from "node:path";
import type { Uri } from "vscode";
import { filesIn, replaceFiles, withoutCommandLinks } from "../../support/fileLinks.ts";
import { fileOf, roots } from "../../support/toolPaths.ts";

/** A text that names more files has links for the first ones. */
const mostLinks = 1_000;

/** Makes links of the files of the workspace that a report names, and of what it calls a command none. */
export async function withLinks(report: string): Promise<string> {
  const markdown = withoutCommandLinks(report);
  const folders = roots();
  const [first] = folders;
  if (!first) return markdown;
  const paths = [...new Set(filesIn(markdown).map((file) => file.path))].slice(0, mostLinks);
  const found = new Map(await Promise.all(paths.map(async (one) => [one, await fileOf(one, folders)] as const)));
  return replaceFiles(markdown, (file, text) => {
    const uri = found.get(file.path);
    return uri
      ? `[${plain(text)}](${addressOf(uri, first.uri)}${file.line === undefined ? "" : `#L${file.line}`})`
      : text;
  });
}

/** A link's text without its code marks: in light high contrast, VS Code's colours of a link and of code can't be read together. */
function plain(text: string): string {
  if (!text.startsWith("`")) return text;
  return text
    .slice(1, -1)
    .replaceAll("\\|", "|")
    .replace(/[\\`*_[\]<>|~]/g, "\\$&");
}

/**
 * Of a document that is no file, VS Code takes an address that begins with a slash as one below the first folder; other
 * addresses would be of the document's own scheme.
 */
function addressOf({ path: file }: Uri, { path: folder }: Uri): string {
  const segments = path.posix.relative(folder, file).split("/");
  return `/${segments.map((segment) => encodeURIComponent(segment).replaceAll("(", "%28").replaceAll(")", "%29")).join("/")}`;
}
