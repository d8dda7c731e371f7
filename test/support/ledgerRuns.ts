import path from "node:path";
import { createLedger } from "../../src/server/economy/ledger.ts";
import type { FlowRunRecord } from "../../src/server/platform/call.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { createLogger } from "../../src/server/platform/logger.ts";

const workerFile = new URL("../../dist/server/ledgerWorker.mjs", import.meta.url);

/** Records flow runs in the ledger of a data folder, as another process does. */
export async function recordRuns(
  data: string,
  runs: readonly Pick<FlowRunRecord, "id" | "flowName" | "startedAt" | "usage">[],
) {
  const ledger = createLedger({
    workerFile,
    options: { folder: path.join(data, "ledger"), engine: "auto", workspace: "elsewhere", keepDays: 400 },
    log: createLogger(() => undefined),
    model: () => "",
    head: () => noHead,
  });
  for (const run of runs) {
    await ledger.recordRun({ ...run, flowId: run.flowName, server: "", durationMs: 1, outcome: "ok" }, localUser);
  }
  await ledger.dispose();
}
