import { z } from "zod";

/** Of findings, worst first: what server, command line and window agree on. */
export const severities = ["error", "warning", "information"] as const;

export type Severity = (typeof severities)[number];

/** Every rule, by the name that linters know it by; src/server/analysis/quality/rules.ts says how each of them judges. */
export const ruleNames = [
  "invalid-configuration",
  "syntax-error",
  "import/no-cycle",
  "complexity",
  "cognitive-complexity",
  "max-depth",
  "max-params",
  "max-lines-per-function",
  "no-duplicated-code",
  "max-lines",
  "unused-file",
  "unused-export",
  "ban-ts-comment",
  "no-explicit-any",
  "consistent-type-assertions",
  "no-non-null-assertion",
] as const;

export type Rule = (typeof ruleNames)[number];

const Level = z.enum(["off", ...severities]);
const Limit = z.int().min(0).max(1_000_000).describe("From this number on it is a finding");
const RuleChange = z.union([Level, z.strictObject({ severity: Level.optional(), limit: Limit.optional() })]);

/** What a project or a user changes of the rules: a severity, a limit or both of each. */
export const RuleChanges = z.partialRecord(z.enum(ruleNames), RuleChange);
export type RuleChanges = Readonly<z.output<typeof RuleChanges>>;
