import { ToolError } from "../platform/errors.ts";
import { runAnywhere } from "./gitRun.ts";
import type { CloneRequest } from "./gitRun.ts";

/** A branch or tag of the other side, with its commit. */
export interface Remote {
  readonly commit: string;
  readonly ref: string;
}

/** What the other side has under a name; what its HEAD names without one. */
export async function remoteCommit(request: CloneRequest): Promise<Remote> {
  const { url, ref } = request;
  if (ref !== undefined && (ref.startsWith("-") || /[\p{Cc} ~^:?*[\\]/u.test(ref))) {
    throw new ToolError("INVALID_ARGUMENT", "This is no name of a branch or tag.", "Give a branch, a tag or a commit.");
  }
  const listed = await runAnywhere(request, ["ls-remote", "--quiet", "--end-of-options", url]);
  const ids = new Map(
    listed.split("\n").flatMap((line) => {
      const [id, name] = line.split("\t");
      return id === undefined || name === undefined ? [] : [[name, id] as const];
    }),
  );
  if (ref === undefined) {
    const commit = ids.get("HEAD");
    if (commit === undefined) throw new ToolError("NOT_FOUND", "The repository is empty.", "Give another one.");
    const branch = [...ids].find(([name, id]) => id === commit && name.startsWith("refs/heads/"))?.[0];
    return { commit, ref: branch?.replace("refs/heads/", "") ?? "HEAD" };
  }
  // A tag with a message of its own stands for a commit, which `^{}` names.
  for (const name of [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`, ref]) {
    const commit = ids.get(name);
    if (commit !== undefined) return { commit, ref };
  }
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(ref)) return { commit: ref, ref };
  throw new ToolError(
    "NOT_FOUND",
    `The repository has no ${ref}.`,
    "Give a branch, a tag, or the whole id of a commit.",
  );
}
