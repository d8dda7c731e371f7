import path from "node:path";
import { createLedger } from "../../src/server/economy/ledger.ts";
import type { FlowRunRecord, ToolCallRecord } from "../../src/server/platform/call.ts";
import { localUser } from "../../src/server/platform/call.ts";
import { noHead } from "../../src/server/platform/gitHead.ts";
import { createLogger } from "../../src/server/platform/logger.ts";

const workerFile = new URL("../../dist/server/ledgerWorker.mjs", import.meta.url);

/** Records flow runs in the ledger of a data folder, as another process does. */
export async function recordRuns(
  data: string,
  runs: readonly (Pick<FlowRunRecord, "id" | "flowName" | "startedAt" | "usage"> & Partial<FlowRunRecord>)[],
) {
  const ledger = openLedger(data);
  for (const run of runs) {
    await ledger.recordRun({ flowId: run.flowName, server: "", durationMs: 1, outcome: "ok", ...run }, localUser);
  }
  await ledger.dispose();
}

/** Records tool calls in the same way. */
export async function recordCalls(
  data: string,
  calls: readonly (Pick<ToolCallRecord, "id" | "tool" | "startedAt"> & Partial<ToolCallRecord>)[],
) {
  const ledger = openLedger(data);
  const caller = { face: "mcp", client: "earlier", principal: localUser } as const;
  for (const call of calls) {
    await ledger.recordCall({ caller, durationMs: 1, outcome: "ok", inputText: "{}", outputText: "{}", ...call });
  }
  await ledger.dispose();
}

function openLedger(data: string) {
  return createLedger({
    workerFile,
    options: { folder: path.join(data, "ledger"), engine: "auto", workspace: "elsewhere", keepDays: 400 },
    log: createLogger(() => undefined),
    model: () => "",
    head: () => noHead,
  });
}
