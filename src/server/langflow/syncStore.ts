import { createHash } from "node:crypto";
import path from "node:path";
import { readKept, writePrivate } from "../platform/dataFolder.ts";

/** What a file and the server had in common last: from it follows on which side a flow was changed since. */
export interface SyncStore {
  read(server: string, flow: string): Promise<string | undefined>;
  write(server: string, flow: string, text: string): Promise<void>;
}

/** Where what a server stored at the last push of a flow is kept, also for a flow whose file is gone. */
export const lastPushTo = (base: string) => `${base} last push`;

/** One file for each server and flow, in this user's data folder. The texts contain no secrets, as flow files do not. */
export function createSyncStore(folder: string): SyncStore {
  const file = (server: string, flow: string) =>
    path.join(folder, createHash("sha256").update(`${server}\n${flow}`).digest("hex").slice(0, 32));
  return {
    async read(server, flow) {
      const kept = await readKept(file(server, flow));
      // Without the line end that a flow file ends with.
      return kept === undefined ? undefined : `${kept}\n`;
    },
    write: (server, flow, text) => writePrivate(file(server, flow), text),
  };
}
