// Entry of the ledger's worker thread: the store, the schema and the token counter, wired once.
import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { openAnswerHash } from "./answerHash.ts";
import { createLedgerHost } from "./host.ts";
import type { LedgerAnswers, LedgerStore } from "./host.ts";
import type { LedgerEvent, LedgerMethods } from "./messages.ts";
import { createPriceStore } from "./priceStore.ts";
import { ledgerMigrations } from "./schema.ts";
import { describeError } from "../platform/logger.ts";
import { answerCalls, postEvent } from "../platform/threads/answerCalls.ts";
import { countTokens } from "../platform/tokens.ts";
import { StorageError } from "../storage/database.ts";
import { migrate } from "../storage/migrate.ts";
import { openStore } from "../storage/open.ts";

if (!parentPort) throw new Error("The ledger's worker runs in a worker thread only.");
const port = parentPort;
const options = z
  .object({
    folder: z.string(),
    engine: z.enum(["auto", "node", "sqljs"]),
    workspace: z.string(),
    keepDays: z.int(),
    prices: z.string().optional(),
  })
  .parse(workerData);

const dayMs = 86_400_000;
const firstForgetMs = 60_000;

const emit = (event: LedgerEvent) => postEvent(port, event);

const notice = (message: string) => emit({ kind: "notice", message });
const prices = options.prices === undefined ? undefined : createPriceStore(options.prices, notice);

const host = createLedgerHost({
  openAnswerHash: () => openAnswerHash(path.join(options.folder, "answers.key")),
  ...(prices && { prices }),
  workspace: options.workspace,
  open,
  countTokens,
  emit,
  describe: (error) => {
    const detail = JSON.stringify(describeError(error instanceof StorageError ? (error.cause ?? error) : error));
    if (error instanceof StorageError) {
      return { code: error.code, message: error.message, remedy: error.remedy, detail };
    }
    return { code: "failed", message: "Internal error of the ledger.", remedy: "See the log for the cause.", detail };
  },
});
const answers: LedgerAnswers = host;
answerCalls<LedgerMethods>(port, async (method, query) => {
  await prices?.refresh();
  return answers[method](query);
});
void host.warmUp();
// Not at once: a command line is over by then, and a start has other work.
setTimeout(forget, firstForgetMs).unref();
setInterval(forget, dayMs).unref();

function forget(): void {
  void host.forget(Date.now() - options.keepDays * dayMs);
}

async function open(): Promise<LedgerStore> {
  const store = await openStore({
    folder: options.folder,
    name: "ledger",
    engine: options.engine,
    wasm: fileURLToPath(new URL("./sql-wasm.wasm", import.meta.url)),
    notice,
  });
  try {
    migrate(store.database, ledgerMigrations);
  } catch (error) {
    store.database.close();
    throw error;
  }
  // node:sqlite would go on writing into a file that was deleted; sql.js finds out by its lock.
  const inode = inodeOf(store.file);
  return { ...store, intact: () => store.engine === "sqljs" || inodeOf(store.file) === inode };
}

function inodeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.ino;
}
