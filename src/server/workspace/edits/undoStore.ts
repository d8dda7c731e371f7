import { mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writePrivate } from "../../platform/dataFolder.ts";
import { ToolError, systemCode } from "../../platform/errors.ts";
import { inParallel } from "../../platform/inParallel.ts";
import { etagOf } from "../texts/documents.ts";
import type { FileState, FileTransition } from "./edits.ts";

const UndoFile = z.object({
  path: z.string(),
  /** What was there before; none for a file that the change made. */
  before: z
    .object({
      backup: z.string().regex(/^\d+$/),
      mode: z.int().optional(),
      uid: z.int().optional(),
      gid: z.int().optional(),
    })
    .optional(),
  /** etag right after the change; none for a file that the change took away. */
  after: z.string().optional(),
});

const UndoRecord = z.object({
  title: z.string(),
  files: z.array(UndoFile),
  madeFolders: z.array(z.string()),
  bytes: z.int(),
});

export interface UndoRecord {
  readonly title: string;
  readonly files: readonly { readonly path: string; readonly before?: FileState; readonly after?: string }[];
  readonly madeFolders: readonly string[];
}

export interface KeptChange {
  readonly title: string;
  readonly transitions: readonly FileTransition[];
  readonly madeFolders: readonly string[];
}

/**
 * What files were before a change, outside the repository. It is the trash for deleted files as well. All of it is
 * kept before the change is made: there is none without its way back, and whether it was made shows by the etags.
 */
export interface UndoStore {
  keep(id: string, change: KeptChange): Promise<void>;
  /**
   * Corrects the etags, where an editor's unsaved text has another one than the bytes would have on disk. Of a change that was
   * not made whole, only the files that were made are kept.
   */
  correct(id: string, after: ReadonlyMap<string, string>, made?: ReadonlySet<string>): Promise<void>;
  read(id: string): Promise<UndoRecord>;
  remove(id: string): Promise<void>;
  /** Drops what is too old or, oldest first, too much; never the newest. */
  prune(): Promise<void>;
}

const keptMs = 7 * 24 * 60 * 60_000;
const keptBytes = 200 * 1024 * 1024;
const recordName = "record.json";

export function createUndoStore(folder: string, now: () => number = Date.now): UndoStore {
  const folderOf = (id: string) => path.join(folder, id);
  // Every change prunes, and thousands may be kept: each is looked at once. They do not change but by going away.
  const looked = new Map<string, Kept>();

  async function remove(id: string): Promise<void> {
    looked.delete(id);
    await rm(folderOf(id), { recursive: true, force: true });
  }

  async function look(id: string): Promise<Kept | undefined> {
    const found = await stat(folderOf(id)).catch(() => undefined);
    if (!found) return undefined;
    const record = await load(id).catch(() => undefined);
    const change = { id, made: found.mtimeMs, bytes: record?.bytes };
    if (record) looked.set(id, change);
    return change;
  }

  async function load(id: string): Promise<z.output<typeof UndoRecord> | undefined> {
    try {
      return UndoRecord.parse(JSON.parse(await readFile(path.join(folderOf(id), recordName), "utf8")));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  async function save(id: string, record: z.input<typeof UndoRecord>): Promise<void> {
    await writePrivate(path.join(folderOf(id), recordName), JSON.stringify(record));
  }

  async function ids(): Promise<string[]> {
    try {
      return await readdir(folder);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    }
  }

  return {
    async keep(id, { title, transitions, madeFolders }) {
      const folder = folderOf(id);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await inParallel(transitions, async ({ before }, index) => {
        if (before) await writePrivate(path.join(folder, String(index)), before.bytes);
      });
      await save(id, {
        title,
        files: transitions.map(({ path: file, before, after }, index) => ({
          path: file,
          ...(before && { before: { backup: String(index), mode: before.mode, uid: before.uid, gid: before.gid } }),
          ...(after && { after: etagOf(after.bytes) }),
        })),
        madeFolders: [...madeFolders],
        bytes: transitions.reduce((sum, { before }) => sum + (before?.bytes.length ?? 0), 0),
      });
    },
    async correct(id, after, made) {
      const record = await load(id);
      if (!record) return;
      const kept = record.files.filter((file) => made?.has(file.path) ?? true);
      const files = kept.map((file) => ({ ...file, after: after.get(file.path) ?? file.after }));
      await save(id, { ...record, files });
    },
    async read(id) {
      const record = /^[\w-]+$/.test(id) ? await load(id) : undefined;
      if (!record) {
        throw new ToolError(
          "NOT_FOUND",
          "There is no change with this undoId, or it was undone already.",
          "Changes can be undone once, for 7 days and as long as newer ones have not replaced more than 200 MB.",
        );
      }
      const files = await Promise.all(
        record.files.map(async ({ path: file, before, after }) => ({
          path: file,
          ...(before && { before: await stateOf(folderOf(id), before) }),
          ...(after !== undefined && { after }),
        })),
      );
      return { title: record.title, madeFolders: record.madeFolders, files };
    },
    remove,
    async prune() {
      const there = await ids();
      const kept: Kept[] = [];
      for (const id of there) {
        const change = looked.get(id) ?? (await look(id));
        if (!change) continue;
        // Without a record the change was not made; one of another server may be on its way, though.
        if (now() - change.made > (change.bytes === undefined ? 60 * 60_000 : keptMs)) await remove(id);
        else kept.push(change);
      }
      let sum = 0;
      for (const [index, { id, bytes = 0 }] of kept.sort((a, b) => b.made - a.made).entries()) {
        sum += bytes;
        if (index > 0 && sum > keptBytes) await remove(id);
      }
      const left = new Set(there);
      for (const id of looked.keys()) if (!left.has(id)) looked.delete(id);
    },
  };
}

interface Kept {
  readonly id: string;
  readonly made: number;
  /** Unknown while there is no record. */
  readonly bytes: number | undefined;
}

interface Backup {
  readonly backup: string;
  readonly mode?: number | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

async function stateOf(folder: string, { backup, mode, uid, gid }: Backup): Promise<FileState> {
  const bytes = await readFile(path.join(folder, backup));
  return {
    bytes,
    ...(mode !== undefined && { mode }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  };
}
