import type { Analysis } from "../analysis/analysis.ts";
import { ToolError } from "../platform/errors.ts";
import type { PromptDeps } from "../prompts/prompts.ts";
import type { Git } from "../workspace/git/git.ts";
import type { Workspace } from "../workspace/workspace.ts";

interface Deps {
  readonly workspace: Pick<Workspace, "list">;
  readonly analysis: Pick<Analysis, "symbols">;
  readonly git: Pick<Git, "branches">;
}

/** Values that a client offers while its user types an argument of a prompt or a resource. */
export function createArgumentValues({ workspace, analysis, git }: Deps): PromptDeps["values"] {
  return {
    /** Files and folders in the folder that was typed; a folder ends with "/", so that typing goes on in it. */
    file: (start, signal) =>
      orNone(async () => {
        const folder = start.slice(0, start.lastIndexOf("/") + 1);
        const { entries } = await workspace.list({ path: folder === "" ? "." : folder, depth: 1, signal });
        const paths = entries.map(({ path, kind }) => (kind === "directory" ? `${path}/` : path));
        return paths.filter((path) => path.toLowerCase().startsWith(start.toLowerCase()));
      }),
    symbol: (start, signal) =>
      orNone(async () => {
        if (start === "") return [];
        const { symbols } = await analysis.symbols({ query: start }, { signal, progress: () => undefined });
        return [...new Set(symbols.map(({ symbol }) => symbol))];
      }),
    ref: (start, signal) =>
      orNone(async () => {
        const branches = await git.branches({ paths: [], signal });
        return branches.map(({ name }) => name).filter((name) => name.startsWith(start));
      }),
  };
}

/** Completion helps while somebody types: where there is nothing to complete, it has no values, and no error. */
async function orNone(values: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await values();
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}
