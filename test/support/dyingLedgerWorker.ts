// The ledger's worker, which dies at its first message. Driven by test/server/economy/ledger.test.ts.
import { existsSync, writeFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const { folder } = workerData as { folder: string };
const died = `${folder}-died`;
if (existsSync(died)) await import(String(new URL("../../dist/server/ledgerWorker.mjs", import.meta.url)));
else
  parentPort?.once("message", () => {
    writeFileSync(died, "");
    process.exit(1);
  });
