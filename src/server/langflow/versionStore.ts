import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { systemCode } from "../platform/errors.ts";
import { readKept, writePrivate } from "../platform/dataFolder.ts";

const Kept = z.object({
  id: z.string(),
  number: z.int(),
  at: z.string(),
  description: z.string(),
  text: z.string().describe("The flow as its file would be: without keys"),
});
export type KeptVersion = z.output<typeof Kept>;

/** Our own copies of what flows were before a change: all of them where Langflow keeps none, their settings elsewhere. */
export interface VersionStore {
  /** The newest first. */
  list(server: string, flow: string): Promise<readonly KeptVersion[]>;
  keep(server: string, flow: string, version: KeptVersion): Promise<void>;
}

/** As many as Langflow keeps. */
const most = 50;

/** A folder for each server and flow, in this user's data folder, with a file for each copy. */
export function createVersionStore(folder: string): VersionStore {
  const folderOf = (server: string, flow: string) =>
    path.join(folder, createHash("sha256").update(`${server}\n${flow}`).digest("hex").slice(0, 32));

  async function list(server: string, flow: string): Promise<readonly KeptVersion[]> {
    const inside = folderOf(server, flow);
    const names = await readdir(inside).catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return [];
      throw error;
    });
    const files = names.filter((name) => name.endsWith(".json"));
    const read = await Promise.all(files.map((name) => readKept(path.join(inside, name))));
    const kept = read.flatMap((text) => (text === undefined ? [] : keptIn(text)));
    return kept.sort((one, other) => other.number - one.number || other.at.localeCompare(one.at));
  }

  return {
    list,
    async keep(server, flow, version) {
      const file = (id: string) => path.join(folderOf(server, flow), `${id.replaceAll(/[^\w-]/g, "_")}.json`);
      await writePrivate(file(version.id), JSON.stringify(version));
      const old = (await list(server, flow)).slice(most);
      await Promise.all(old.map(({ id }) => rm(file(id), { force: true })));
    },
  };
}

/** A copy that a crash or somebody broke must not stand before the others. */
function keptIn(text: string): readonly KeptVersion[] {
  try {
    return [Kept.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
