import { editsScenario } from "./edits.ts";
import { gitScenario } from "./git.ts";
import { ledgerScenario } from "./ledger.ts";
import type { Scenario } from "./ledger.ts";

const engines = ["node", "sqljs"] as const;

export const scenarios: readonly Scenario[] = [
  ...engines.map(editsScenario),
  ...engines.map(ledgerScenario),
  // It looks at processes by /proc.
  ...(process.platform === "linux" ? [gitScenario] : []),
];
