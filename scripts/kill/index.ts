import { editsScenario } from "./edits.ts";
import { ledgerScenario } from "./ledger.ts";

/** @type {readonly { name: string, run(options: { rounds: number }): Promise<string> }[]} what `run` says goes into the report */
export const scenarios = [...["node", "sqljs"].map(editsScenario), ...["node", "sqljs"].map(ledgerScenario)];
