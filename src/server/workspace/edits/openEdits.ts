import { readdir } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../../platform/errors.ts";
import type { Logger } from "../../platform/logger.ts";
import { describeError } from "../../platform/logger.ts";
import { createDiskTarget } from "./diskTarget.ts";
import { realDisk } from "./disk.ts";
import { createEdits } from "./editService.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { EditPolicy, Edits, EditTarget } from "./edits.ts";
import { createJournal } from "./journal.ts";
import { protectedFiles } from "../paths/protected.ts";
import { recover } from "./recovery.ts";
import type { RecoveryDeps } from "./recovery.ts";
import { rootsHash } from "../paths/roots.ts";
import { createUndoStore } from "./undoStore.ts";
import type { Workspace } from "../workspace.ts";

export interface OpenEditsOptions {
  readonly workspace: Workspace;
  /** The data folder. */
  readonly data: string;
  readonly log: Logger;
  policy(): EditPolicy;
  /** Patterns of protected files that the user allows tools to write. */
  readonly allowProtected?: readonly string[];
  /** Where changes land; the disk when there is no editor. */
  readonly target?: EditTarget;
  readonly tracing?: Tracing;
}

/** A folder may have been opened with others, or without them, when its server was killed. */
async function recoverAll({ data, ...rest }: { data: string } & Pick<RecoveryDeps, "roots" | "onWarning">) {
  const journals = path.join(data, "journal");
  const hashes = await readdir(journals).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  });
  for (const hash of hashes) {
    const journal = createJournal(path.join(journals, hash));
    await recover({ disk: realDisk, journal, undoStore: createUndoStore(path.join(data, "undo", hash)), ...rest });
  }
}

/** The edits of a workspace, after the work of a server that was killed in the middle has been ended. */
export async function openEdits(options: OpenEditsOptions): Promise<Edits> {
  const { workspace, data, log, policy, allowProtected = [], target } = options;
  const hash = rootsHash(workspace.roots);
  const journal = createJournal(path.join(data, "journal", hash));
  const undoStore = createUndoStore(path.join(data, "undo", hash));
  const onWarning = (event: string, error: unknown) => {
    log.warn(event, describeError(error));
  };
  await recoverAll({ data, roots: workspace.roots, onWarning });
  undoStore.prune().catch((error: unknown) => {
    onWarning("undo.prune", error);
  });
  return createEdits({
    workspace,
    disk: realDisk,
    target: target ?? createDiskTarget({ disk: realDisk, journal, onWarning }),
    undoStore,
    isProtected: protectedFiles(allowProtected),
    policy,
    tracing: options.tracing,
    now: () => new Date(),
    onWarning,
  });
}
