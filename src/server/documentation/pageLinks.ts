import type { DocumentedModule, DocumentedName } from "../analysis/typescript/answers.ts";
import type { Links } from "./links.ts";
import { relativePath } from "./links.ts";
import { address } from "./markdown.ts";
import { partId } from "./reference.ts";

interface PageLinksDeps {
  /** The page that the links stand in. */
  readonly file: string;
  readonly pages: ReadonlyMap<string, DocumentedModule>;
  fileOf(module: string): string;
  readonly overviewFile: string;
  /** The targets of authors' links that exist, as `from target`. */
  readonly authors: ReadonlyMap<string, string>;
  readonly isOneRoot: boolean;
}

/** Links of pages that are kept: relative to the page, and without lines, which every change above moves. */
export function createPageLinks({ file, pages, fileOf, overviewFile, authors, isOneRoot }: PageLinksDeps): Links {
  // A path from one root to another would name folders of the machine.
  const isReached = (path: string) => isOneRoot || path.split("/", 1)[0] === file.split("/", 1)[0];
  const to = (path: string) => (isReached(path) ? address(relativePath(file, path)) : undefined);
  return {
    hasLines: false,
    source: (path) => to(path),
    part(path, id) {
      if (path === "") return to(overviewFile);
      const page = pages.get(path);
      if (!page) return undefined;
      if (id === undefined) return to(fileOf(path));
      return hasPart(page.exports, id) ? `${to(fileOf(path)) ?? ""}#${fragment(id)}` : undefined;
    },
    ofAuthor(from, target) {
      const found = authors.get(`${from} ${target}`);
      const base = found === undefined ? undefined : to(found);
      return base;
    },
    anchor: (id) => `<a id="${fragment(id)}"></a>\n\n`,
  };
}

function hasPart(exports: readonly DocumentedName[], id: string): boolean {
  return exports.some(({ kind, name, home }) => home === undefined && partId(kind, name) === id);
}

/** Ids of HTML have no spaces; a name of the code can have any letter. */
function fragment(id: string): string {
  return encodeURIComponent(id.replaceAll(" ", "-")).replaceAll("%", ".").replaceAll("'", ".27");
}
