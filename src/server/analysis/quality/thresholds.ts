import { copyTokens } from "../syntax/facts.ts";
import type { FunctionFacts } from "../syntax/facts.ts";
import { ruleTable } from "./rules.ts";

/** SonarSource's copy detection: this many tokens on this many lines alike. */
export const thresholds = {
  copyTokens,
  copyLines: ruleTable["no-duplicated-code"].limit,
} as const;

export function isComplex({ cyclomatic, cognitive }: FunctionFacts): boolean {
  return cyclomatic > ruleTable.complexity.limit || cognitive > ruleTable["cognitive-complexity"].limit;
}
