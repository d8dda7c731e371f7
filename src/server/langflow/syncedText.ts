import { fingerprint, plainText } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import type { SyncStore } from "./syncStore.ts";

/** What a file and the server had in common last. */
export interface SyncedText {
  /** Of a file that is again as it was before a merge, what it was then: the merge is undone. */
  of(file: FlowFile): Promise<string | undefined>;
  write(id: string, text: string): Promise<void>;
  /** Remembers the file as it is, and what it has in common with the server until the merge. */
  beforeMerge(file: FlowFile): Promise<void>;
}

export function createSyncedText(store: SyncStore, key: string): SyncedText {
  const undone = `${key} before a merge`;
  const print = (file: FlowFile) => fingerprint(plainText(file));

  async function of(file: FlowFile): Promise<string | undefined> {
    const [before = "", ...base] = (await store.read(undone, file.id))?.split("\n") ?? [];
    if (before === print(file)) return base.join("\n") || undefined;
    return store.read(key, file.id);
  }

  return {
    of,
    write: (id, text) => store.write(key, id, text),
    beforeMerge: async (file) => store.write(undone, file.id, `${print(file)}\n${(await of(file)) ?? ""}`),
  };
}
