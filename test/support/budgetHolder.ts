// Starts a run that a hard budget concerns and never ends it, so that it can be killed meanwhile. Driven by
// test/server/economy/budgets.test.ts.
import path from "node:path";
import { createBudgets } from "../../src/server/economy/budgets.ts";
import { createBudgetStore } from "../../src/server/economy/budgetStore.ts";
import { createLedger } from "../../src/server/economy/ledger.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { createLogger } from "../../src/server/platform/logger.ts";
import { createMutex } from "../../src/server/platform/mutex.ts";

const [data = ""] = process.argv.slice(2);
const log = createLogger(() => undefined);
const ledger = createLedger({
  workerFile: new URL("../../dist/server/ledgerWorker.mjs", import.meta.url),
  options: { folder: path.join(data, "ledger"), engine: "node", workspace: "app", keepDays: 400 },
  log,
  model: () => "",
  head: () => noHead,
});
const mutex = createMutex(path.join(data, "locks"));
const store = createBudgetStore(path.join(data, "budgets.json"), mutex);
const budgets = createBudgets({
  head: () => noHead,
  ...{ store, ledger, mutex, log, principal: localUser, workspace: "app" },
  now: () => new Date(2026, 5, 17, 12),
});
const { signal } = new AbortController();
const quiet = { signal, progress: () => undefined, readRunsOfOthers: () => Promise.resolve() };
await budgets.admit({ id: "f1", name: "Report" }, quiet);
console.log("started");
setInterval(() => undefined, 1_000);
