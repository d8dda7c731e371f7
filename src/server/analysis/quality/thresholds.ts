import type { FunctionFacts } from "../syntax/facts.ts";

/** From here on a number is a finding. The source of each is the tool that made it usual. */
export const thresholds = {
  /** ESLint `complexity`. */
  cyclomatic: 20,
  /** SonarSource S3776. */
  cognitive: 15,
  /** ESLint `max-depth`. */
  nesting: 4,
  /** SonarSource S107. */
  parameters: 7,
  /** SonarSource S138. */
  functionLines: 200,
  /** SonarSource S104. */
  fileLines: 1000,
  /** SonarSource's copy detection: this many tokens and lines alike. */
  copyTokens: 100,
  copyLines: 10,
} as const;

export function isComplex({ cyclomatic, cognitive }: FunctionFacts): boolean {
  return cyclomatic > thresholds.cyclomatic || cognitive > thresholds.cognitive;
}
