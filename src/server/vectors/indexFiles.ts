import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { writePrivate } from "../platform/dataFolder.ts";
import { systemCode } from "../platform/errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { VectorStats } from "./types.ts";

const ending = "-code.json";
/** The file of the vectors that belong to a file of this kind. */
export const vectorsBeside = (file: string) => file.replace(/\.json$/, ".vectors");
/** Of one model. */
export const indexFileName = (id: string) => `${id}${ending}`;

const Stored = z.object({
  version: z.literal(1),
  model: z.string(),
  files: z.int(),
  vectors: z.int(),
  dimensions: z.int(),
  entries: z.record(
    z.string(),
    z.object({
      stamp: z.string(),
      chunks: z.array(z.tuple([z.string().length(22), z.int().min(1), z.int().min(1)])).readonly(),
      leftOut: z.string().exactOptional(),
    }),
  ),
});

/** What is known of a file: the chunks that have a vector, by id and lines. Its text is not kept. */
export type IndexedFile = z.output<typeof Stored>["entries"][string];

export interface IndexSummary extends Pick<VectorStats, "vectors" | "dimensions"> {
  readonly model: string;
  /** Of the workspace. */
  readonly files: number;
}

/** Which chunks are where, beside the file of their vectors. */
export interface IndexFiles {
  /** Empty when there is none, or it is damaged: chunks are looked for again then, and known ones are not sent again. */
  read(): Promise<ReadonlyMap<string, IndexedFile>>;
  write(files: ReadonlyMap<string, IndexedFile>, summary: IndexSummary): Promise<void>;
}

export function createIndexFiles(file: string, log: Logger): IndexFiles {
  return {
    async read() {
      const stored = await readIndex(file);
      if (stored === "damaged") log.warn("vectors.index.file", { file, message: "It is damaged, and made again." });
      return stored === undefined || stored === "damaged" ? new Map() : new Map(Object.entries(stored.entries));
    },
    async write(files, { model, files: total, vectors, dimensions }) {
      const entries = Object.fromEntries(files);
      await writePrivate(file, JSON.stringify({ version: 1, model, files: total, vectors, dimensions, entries }));
    },
  };
}

export interface KeptIndex extends IndexSummary {
  /** Files whose parts all have their vectors. */
  readonly indexed: number;
  /** Of both files. */
  readonly bytes: number;
}

/** The indexes of all workspaces and models, as their servers last left them. */
export async function keptIndexes(folder: string): Promise<readonly KeptIndex[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const found = names
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .map(async (name): Promise<readonly KeptIndex[]> => {
      const file = path.join(folder, name);
      const stored = await readIndex(file);
      if (stored === undefined || stored === "damaged") return [];
      const sizes = await Promise.all([file, vectorsBeside(file)].map((one) => stat(one).catch(() => undefined)));
      const bytes = sizes.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
      const { entries, version: _version, ...summary } = stored;
      return [{ ...summary, indexed: indexedOf(Object.values(entries)), bytes }];
    });
  return (await Promise.all(found)).flat();
}

export function indexedOf(files: Iterable<IndexedFile>): number {
  return [...files].filter(({ leftOut }) => leftOut === undefined).length;
}

async function readIndex(file: string): Promise<z.output<typeof Stored> | "damaged" | undefined> {
  try {
    const parsed = Stored.safeParse(JSON.parse(await readFile(file, "utf8")));
    return parsed.success ? parsed.data : "damaged";
  } catch (error) {
    return systemCode(error) === "ENOENT" ? undefined : "damaged";
  }
}
