import type { Analysis } from "../analysis/analysis.ts";
import type { CallOptions } from "../analysis/types.ts";
import type { Incomplete } from "../platform/call.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { overviewPage } from "./overview.ts";
import { modulePage } from "./reference.ts";

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
}

interface DocumentationDeps {
  readonly workspace: Workspace;
  readonly analysis: Pick<Analysis, "exports" | "repository">;
}

export function createDocumentation({ workspace, analysis }: DocumentationDeps): Documentation {
  return {
    async pages(path, options) {
      const scope = await workspace.scope(path);
      const { target } = scope;
      const { modules, incomplete } = await analysis.exports({ path: target?.absolute }, options);
      const linkTo = (file: string, line: number) => `${encodeURI(file)}#L${String(line)}`;
      const pages = modules
        .filter((module) => module.exports.length > 0 || target?.isFolder === false)
        .map((module): Page => ({ subject: module.path, kind: "module", content: modulePage(module, linkTo) }));
      if (target?.isFolder === false) return { pages, incomplete };
      const facts = await analysis.repository(scope, options);
      const title = target?.displayPath ?? workspace.roots.map(({ name }) => name).join(", ");
      const overview: Page = { subject: title, kind: "overview", content: overviewPage(title, facts) };
      return { pages: [overview, ...pages], incomplete: [...incomplete, ...facts.incomplete] };
    },
  };
}
