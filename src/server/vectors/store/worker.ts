import { parentPort } from "node:worker_threads";
import { answerCalls, postEvent } from "../../platform/threads/answerCalls.ts";
import { openFileStore } from "./fileStore.ts";
import type { FileStore } from "./fileStore.ts";
import type { VectorMethods, VectorNotice } from "./messages.ts";

if (!parentPort) throw new Error("The worker of the vectors runs in a worker thread only.");
const port = parentPort;
const stores = new Map<string, FileStore>();

function store(file: string): FileStore {
  const open = stores.get(file);
  if (open) return open;
  const notice = (message: string) => postEvent(port, { file, message } satisfies VectorNotice);
  const opened = openFileStore(file, { notice });
  stores.set(file, opened);
  return opened;
}

function close(): undefined {
  for (const open of stores.values()) open.close();
  stores.clear();
}

type Answers = {
  readonly [M in keyof VectorMethods]: (query: VectorMethods[M]["query"]) => VectorMethods[M]["answer"];
};

const answers: Answers = {
  ids: ({ file }) => store(file).ids(),
  upsert({ file, ...batch }) {
    store(file).upsert(batch);
    return undefined;
  },
  remove({ file, ids }) {
    store(file).remove(ids);
    return undefined;
  },
  clear({ file }) {
    store(file).clear();
    return undefined;
  },
  search: ({ file, query, k, only }) => store(file).search(query, k, only),
  stats: ({ file }) => store(file).stats(),
  isKept: ({ file }) => store(file).isKept(),
  close,
};

answerCalls<VectorMethods>(port, (method, query) => answers[method](query));
