import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLogger } from "../../src/server/platform/logger.ts";
import { localUser } from "../../src/server/platform/call.ts";
import type { Edits, EditPolicy } from "../../src/server/workspace/edits/edits.ts";
import { openEdits } from "../../src/server/workspace/edits/openEdits.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";
import type { Workspace } from "../../src/server/workspace/workspace.ts";
import { scratchWorkspace } from "./workspaces.ts";

export interface EditBench {
  readonly folder: string;
  readonly data: string;
  readonly workspace: Workspace;
  readonly edits: Edits;
  policy: EditPolicy;
  at(relative: string): string;
  remove(): Promise<void>;
}

/** The real edit service over a scratch folder, as the headless server has it. */
export async function editBench(
  files: Readonly<Record<string, string | Uint8Array>>,
  { allowProtected = [], git = true }: { allowProtected?: readonly string[]; git?: boolean } = {},
): Promise<EditBench> {
  const scratch = await scratchWorkspace(files, { git });
  const data = await mkdtemp(path.join(tmpdir(), "lfc-data-"));
  const workspace = await openWorkspace([scratch.folder]);
  const log = createLogger(() => undefined);
  const bench = { policy: "auto" as EditPolicy };
  const edits = await openEdits({ workspace, data, log, policy: () => bench.policy, allowProtected });
  return Object.assign(bench, {
    folder: scratch.folder,
    data,
    workspace,
    edits,
    at: (relative: string) => path.join(scratch.folder, relative),
    async remove() {
      await scratch.remove();
      await rm(data, { recursive: true, force: true });
    },
  });
}

export const applyOptions = {
  caller: { face: "mcp", client: "test", principal: localUser } as const,
  signal: new AbortController().signal,
  get arrivedAt() {
    return new Date();
  },
};

/** Path, mode and content of every file outside .git, one line each, by tools that are not ours. */
export function treeOf(folder: string): string {
  const script =
    "find . -path ./.git -prune -o -printf '%y %m %p ' \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\)";
  return execFileSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" }).split("\n").sort().join("\n");
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
