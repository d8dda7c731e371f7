// npm run forecast -- FILE.csv…: the back-test of the forecast of spending on recorded usage, files of lines "YYYY-MM-DD,amount" below a head. Errors are the mean of |forecast - actual| in percent of the mean period. "last third" are the periods that
// begin in it. ✗ marks a band that contains less than 80 of 100 periods, and an error above both others.
// The figures in docs/cost.md are of daily recordings that these repositories publish, at these commits: mikkegt/mikkegt e1042c6 (tool calls, data/ai-usage.json),
// nazt/claude-usage-report bfff57f (messages, data.json), Yugoge/claude-code-config 2ef201c (tokens, stats-cache.json), kaaaaai/kaaaaai.tools.token-usage-public
// c3e3a94 (dollars, token-usage.json), MaxGhenis/usage-data cdb410a (dollars, usage.json), whlzy/whlzy cbc7ea0 (tokens, data/token-usage.json).
import { backTest, periods } from "../test/support/backTest.ts";
import type { BackTest, Period } from "../test/support/backTest.ts";
import { firstOrigin, readUsage } from "../test/support/recordedUsage.ts";

const files = process.argv.slice(2);
if (files.length === 0) throw new Error("Name one or more files of recorded usage.");
const names: readonly Period[] = ["day", "week", "month"];
console.log(row("series", "period", "part", "forecasts", "ours", "last period", "line", "band contains"));
for (const { name, days } of files.map(readUsage)) {
  const third = Math.ceil((days.length * 2) / 3);
  for (const period of names) {
    const whole = backTest(days, period, { from: firstOrigin[period] });
    // Of fewer, each other period would be the same days again.
    if (whole.count < periods[period]) continue;
    print(name, period, "all", whole);
    const later = backTest(days, period, { from: Math.max(third, firstOrigin[period]) });
    if (later.count > 0) print(name, period, "last third", later);
  }
}

function print(name: string, period: string, part: string, { count, actual, within, ...errors }: BackTest) {
  const percent = (value: number) => `${((100 * value) / actual).toFixed(1)} %`;
  const { ours, lastPeriod, straightLine } = errors;
  const bad = within / count < 0.8 || (ours > lastPeriod && ours > straightLine);
  const figures = [
    percent(ours),
    percent(lastPeriod),
    percent(straightLine),
    `${((100 * within) / count).toFixed(0)} %`,
  ];
  console.log(`${row(name, period, part, String(count), ...figures)}${bad ? " ✗" : ""}`);
  if (bad) process.exitCode = 1;
}

function row(...cells: readonly string[]) {
  return cells.map((cell, index) => (index < 3 ? cell.padEnd(11) : cell.padStart(14))).join("");
}
