import { createThread } from "../../platform/threads/thread.ts";
import type { Logger } from "../../platform/logger.ts";
import type { VectorStores } from "../types.ts";
import type { VectorMethods, VectorNotice } from "./messages.ts";

/** Vectors in files, loaded and searched in a thread of their own. */
export function createVectorStores({
  workerFile,
  log,
}: {
  readonly workerFile: URL;
  readonly log: Logger;
}): VectorStores {
  const thread = createThread<VectorMethods, VectorNotice>({
    workerFile,
    name: "vector search",
    onEvent: ({ file, message }) => log.warn("vectors.file", { file, message }),
  });
  let isUsed = false;

  return {
    open(file) {
      isUsed = true;
      return {
        ids: () => thread.call("ids", { file }),
        upsert: (batch) => thread.call("upsert", { file, ...batch }),
        remove: (ids) => thread.call("remove", { file, ids }),
        clear: () => thread.call("clear", { file }),
        search: (query, k, filter, signal) =>
          thread.call("search", { file, query, k, ...(filter && { only: filter.ids }) }, signal && { signal }),
        stats: () => thread.call("stats", { file }),
        isKept: () => thread.call("isKept", { file }),
      };
    },
    async dispose() {
      if (isUsed) await thread.call("close", undefined).catch(() => undefined);
      await thread.dispose();
    },
  };
}
