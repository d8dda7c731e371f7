import type { DocumentedModule } from "../analysis/typescript/answers.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { relativeTargets } from "./comment.ts";
import { joined } from "./links.ts";

/** The relative links in comments that lead to something, as `from target` → its path. */
export async function linksOfAuthors(
  workspace: Workspace,
  modules: readonly DocumentedModule[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { path, doc = "", exports } of modules) {
    const texts = [
      { from: path, text: doc },
      ...exports.flatMap((each) => textsOf(each, each.path === "" ? path : each.path)),
    ];
    for (const { from, text } of texts) {
      for (const target of relativeTargets(text)) {
        const key = `${from} ${target}`;
        const file = joined(from, target.replace(/[#?].*$/s, ""));
        if (file !== "" && !found.has(key) && (await exists(workspace, file))) found.set(key, file);
      }
    }
  }
  return found;
}

interface Commented {
  readonly doc?: string;
  readonly tags?: readonly { readonly text: string }[];
  readonly members?: readonly Commented[];
  readonly exports?: readonly Commented[];
}

interface AuthorText {
  /** The file that it stands in. */
  readonly from: string;
  readonly text: string;
}

function textsOf({ doc = "", tags = [], members = [], exports = [] }: Commented, from: string): AuthorText[] {
  const own = [doc, ...tags.map(({ text }) => text)].map((text) => ({ from, text }));
  return [...own, ...[...members, ...exports].flatMap((each) => textsOf(each, from))];
}

async function exists(workspace: Workspace, path: string): Promise<boolean> {
  try {
    return (await workspace.resolve(path)).exists;
  } catch {
    // It leads out of the workspace.
    return false;
  }
}
