export interface HealthInput {
  /** Code that is neither test nor generated. */
  readonly codeFiles: number;
  readonly codeLines: number;
  readonly testLines: number;
  readonly functions: number;
  /** Functions over the thresholds of cyclomatic or cognitive complexity. */
  readonly complexFunctions: number;
  /** Files that are in a cycle at load. */
  readonly cyclicFiles: number;
  /** Lines of code files longer than 1,000 lines. */
  readonly linesInLongFiles: number;
  readonly duplicatedLines: number;
  /** `any`, assertions, `!` and ignored errors, and the lines of the files that can have them. */
  readonly unsafeTypes: number;
  readonly typedLines: number;
  readonly hasReadme: boolean;
  readonly hasLicence: boolean;
}

export interface Health {
  /** 0 to 100; absent where there is no code to judge. */
  readonly score?: number;
  readonly reasons: { readonly points: number; readonly reason: string }[];
}

/**
 * 100 less a penalty for each weakness, each growing evenly up to its most:
 * complex functions 25 (at 10 % of functions), cycles 15 (at 20 % of files), missing tests 20 (test lines below half of
 * code lines), long files 10 (at half of the lines), copies 15 (at 20 % of lines), unsafe types 10 (at 5 per 100
 * lines), no README 3, no licence 2.
 */
export function healthOf(input: HealthInput): Health {
  const { codeFiles, codeLines } = input;
  if (codeFiles === 0 || codeLines === 0) return { reasons: [{ points: 0, reason: "There is no code to judge." }] };
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  const percent = (part: number, whole: number) => `${(100 * ratio(part, whole)).toFixed(1)} %`;
  const tests = ratio(input.testLines, codeLines);
  const penalties: readonly (readonly [most: number, share: number, reason: string])[] = [
    [
      25,
      ratio(input.complexFunctions, input.functions) / 0.1,
      `${input.complexFunctions} of ${input.functions} functions are too complex.`,
    ],
    [15, ratio(input.cyclicFiles, codeFiles) / 0.2, `${input.cyclicFiles} of ${codeFiles} files are in import cycles.`],
    [
      20,
      1 - tests / 0.5,
      tests === 0 ? "There are no tests." : `There are ${tests.toFixed(2)} lines of tests for each line of code.`,
    ],
    [
      10,
      ratio(input.linesInLongFiles, codeLines) / 0.5,
      `${percent(input.linesInLongFiles, codeLines)} of the code is in files of more than 1000 lines.`,
    ],
    [
      15,
      ratio(input.duplicatedLines, codeLines) / 0.2,
      `${percent(input.duplicatedLines, codeLines)} of the code is copied.`,
    ],
    [
      10,
      ratio(input.unsafeTypes, input.typedLines) / 0.05,
      `${input.unsafeTypes} expressions switch type checking off (any, as, !, ignored errors).`,
    ],
    [3, input.hasReadme ? 0 : 1, "There is no README."],
    [2, input.hasLicence ? 0 : 1, "There is no licence file."],
  ];
  const reasons = penalties
    .map(([most, share, reason]) => ({ points: -Math.round(most * Math.min(1, Math.max(0, share))), reason }))
    .filter(({ points }) => points < 0)
    .sort((a, b) => a.points - b.points);
  return { score: reasons.reduce((score, { points }) => score + points, 100), reasons };
}
