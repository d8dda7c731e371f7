import type { CallOptions } from "../analysis/types.ts";
import type { Incomplete } from "../platform/call.ts";
import { sourceLinks } from "./links.ts";
import { address } from "./markdown.ts";
import { overviewPage } from "./overview.ts";
import { modulePage } from "./reference.ts";
import { plainPage } from "./sections.ts";
import { createWriter } from "./writer.ts";
import type { DocumentationDeps, WrittenPages } from "./writer.ts";

export interface Page {
  /** What it is about: a module's path, or the workspace or folder of an overview. */
  readonly subject: string;
  readonly kind: "overview" | "module";
  /** Markdown; links lead to `path#L12`, relative to the root. */
  readonly content: string;
}

export interface Documentation {
  /** The pages of a file, a folder, or of everything: made of the code alone, the same each time. */
  pages(
    path: string | undefined,
    options: CallOptions,
  ): Promise<{ pages: readonly Page[]; incomplete: readonly Incomplete[] }>;
  /** What makes the pages below a folder those of the code: one for each module, and README.md. Nothing is written. */
  written(
    request: { readonly path?: string | undefined; readonly to: string },
    options: CallOptions,
  ): Promise<WrittenPages>;
}

export function createDocumentation(deps: DocumentationDeps): Documentation {
  const { workspace, analysis } = deps;
  return {
    async pages(path, options) {
      const scope = await workspace.scope(path);
      const { target } = scope;
      const { modules, incomplete } = await analysis.exports({ path: target?.absolute }, options);
      const links = sourceLinks(address);
      const pages = modules
        .filter((module) => module.exports.length > 0 || target?.isFolder === false)
        .map((module): Page => ({
          subject: module.path,
          kind: "module",
          content: plainPage(modulePage(module, links)),
        }));
      if (target?.isFolder === false) return { pages, incomplete };
      const facts = await analysis.repository(scope, options);
      const title = target?.displayPath ?? workspace.roots.map(({ name }) => name).join(", ");
      const overview: Page = { subject: title, kind: "overview", content: plainPage(overviewPage(title, facts)) };
      return { pages: [overview, ...pages], incomplete: [...incomplete, ...facts.incomplete] };
    },
    written: createWriter(deps),
  };
}
