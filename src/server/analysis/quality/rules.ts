import type { Rule, Severity } from "../../../protocol/findings.ts";
import type { UnsafeTypeKind } from "../syntax/facts.ts";

interface RuleFacts {
  readonly severity: Severity;
  /** In test files; "off": no finding. The same as elsewhere when absent. */
  readonly inTests?: Severity | "off";
  /** From this number on it is a finding; the unit is that of the rule. */
  readonly limit?: number;
}

/**
 * How each rule judges. A warning slows down whoever changes the code next; information is
 * a habit of the code base (types) or a candidate that needs a look (unused, long files). docs/analysis.md names the
 * source of each limit.
 */
export const ruleTable = {
  "invalid-configuration": { severity: "error" },
  "syntax-error": { severity: "error", inTests: "warning" },
  "import/no-cycle": { severity: "warning" },
  complexity: { severity: "warning", inTests: "information", limit: 20 },
  "cognitive-complexity": { severity: "warning", inTests: "information", limit: 15 },
  "max-depth": { severity: "warning", inTests: "information", limit: 4 },
  "max-params": { severity: "warning", inTests: "information", limit: 7 },
  "max-lines-per-function": { severity: "warning", inTests: "off", limit: 200 },
  "no-duplicated-code": { severity: "warning", inTests: "off", limit: 10 },
  "max-lines": { severity: "information", inTests: "off", limit: 1000 },
  "unused-file": { severity: "information" },
  "unused-export": { severity: "information" },
  "ban-ts-comment": { severity: "information", inTests: "off" },
  "no-explicit-any": { severity: "information", inTests: "off" },
  "consistent-type-assertions": { severity: "information", inTests: "off" },
  "no-non-null-assertion": { severity: "information", inTests: "off" },
} as const satisfies Readonly<Record<Rule, RuleFacts>>;

/** The rule of each way to switch type checking off. */
export const ruleOfUnsafeType: Readonly<Record<UnsafeTypeKind, Rule>> = {
  any: "no-explicit-any",
  assertion: "consistent-type-assertions",
  "non-null": "no-non-null-assertion",
  "ignored error": "ban-ts-comment",
};

/** How a rule judges one file. */
export interface RuleSetting {
  readonly severity: Severity | "off";
  readonly limit: number;
}

export type RuleSettings = (rule: Rule) => RuleSetting;

export function defaultSetting(rule: Rule, isTest: boolean): RuleSetting {
  const facts: RuleFacts = ruleTable[rule];
  return { severity: (isTest ? facts.inTests : undefined) ?? facts.severity, limit: facts.limit ?? 0 };
}
