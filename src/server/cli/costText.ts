import type { CostKey, CostReport } from "../../protocol/cost.ts";
import type { Currency } from "../../protocol/currency.ts";
import { count, knownCost, money } from "../../protocol/format.ts";
import { csvField } from "../../protocol/csv.ts";

// The cost report as people, spreadsheets and a shell prompt read it.

type Totals = CostReport["total"];
type TokenKind = keyof Totals["tokens"];

const headings = {
  hour: "Hour",
  day: "Day",
  week: "Week from",
  month: "Month",
  flow: "Flow",
  component: "Component",
  model: "Model",
  tool: "Tool",
  client: "Client",
  file: "File",
  folder: "Folder",
  commit: "Commit",
  branch: "Branch",
} as const satisfies Record<CostKey, string>;

const tokenHeadings = {
  input: "Tokens in",
  output: "Tokens out",
  cacheRead: "Cache read",
  cacheWrite: "Cache write",
  reasoning: "Reasoning",
  audio: "Audio",
} as const satisfies Record<TokenKind, string>;
const tokenKinds: readonly TokenKind[] = ["input", "output", "cacheRead", "cacheWrite", "reasoning", "audio"];

export function costTable(report: CostReport, by: readonly CostKey[], currency: Currency): string {
  const { rows, total, from, to } = report;
  if (rows.length === 0)
    return `No calls or runs from ${localDate(Date.parse(from))} to ${localDate(Date.parse(to) - 1)}.`;
  const kinds = tokenKinds.filter((kind) => kind === "input" || kind === "output" || total.tokens[kind] !== null);
  // Few have any.
  const hasModelCalls = total.modelCalls > 0;
  const numbers = (totals: Totals) => [
    count(totals.calls),
    count(totals.runs),
    ...(hasModelCalls ? [count(totals.modelCalls)] : []),
    ...kinds.map((kind) => tokens(totals, kind)),
    shortCost(totals, currency),
  ];
  const lines = [
    [
      ...by.map((key) => headings[key]),
      "Calls",
      "Runs",
      ...(hasModelCalls ? ["Embeddings"] : []),
      ...kinds.map((kind) => tokenHeadings[kind]),
      "Cost",
    ],
    ...rows.map((row) => [...by.map((key) => shown(key, row.key[key])), ...numbers(row)]),
    [...by.map((_, index) => (index === 0 ? "Total" : "")), ...numbers(total)],
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const align = (cell: string, column: number) =>
    column < by.length ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  const notes = [
    ...(total.unknown ? [`No price is known for ${total.unknown.join(", ")}.`] : []),
    ...(total.uncounted > 0 ? [`Calls and runs without known tokens: ${count(total.uncounted)}.`] : []),
    ...describeSaved(total.saved),
  ];
  return [...lines.map((line) => line.map(align).join("  ").trimEnd()), ...notes].join("\n");
}

/** What answers of calls spared those who asked, in tokens. */
function describeSaved(saved: Totals["saved"]): readonly string[] {
  if (!saved || (saved.budget === 0 && saved.unchanged === 0)) return [];
  const { budget, unchanged } = saved;
  return [
    `Not sent: ${count(budget)} tokens because of answer budgets, ${count(unchanged)} that the caller had already.`,
  ];
}

/** Calls have no flow and no model, runs no tool. */
function shown(key: CostKey, name: string | undefined): string {
  if (name === undefined || name === "") return "-";
  return key === "commit" ? name.slice(0, 12) : name;
}

function tokens(totals: Totals, kind: TokenKind): string {
  const { calls, runs, modelCalls, uncounted } = totals;
  const value = kind !== "input" && kind !== "output" ? totals.tokens[kind] : undefined;
  if (value === null || (value === undefined && uncounted >= calls + runs + modelCalls)) return "not reported";
  return count(totals.tokens[kind] ?? 0);
}

/** The cost is that of runs and embeddings. */
function shortCost({ cost, runs, modelCalls }: Totals, currency: Currency): string {
  if (cost === null) return "unknown";
  return runs + modelCalls === 0 ? "-" : money(cost, currency);
}

/** Last, so that scripts that know a column by its position go on working. */
const laterColumns = ["saved_by_budget_tokens", "saved_by_unchanged_tokens", "embeddings"];

/** RFC 4180; what is not known is empty. Costs are in US dollars, as their heading says. */
export function costCsv({ rows }: CostReport, by: readonly CostKey[]): string {
  const kinds = ["input", "output", "cache_read", "cache_write", "reasoning", "audio"].map((kind) => `${kind}_tokens`);
  const lines = [
    [...by, "calls", "runs", ...kinds, "uncounted", "cost_usd", "unknown_models", ...laterColumns],
    ...rows.map((row) => [
      ...by.map((key) => row.key[key] ?? ""),
      ...[row.calls, row.runs, ...tokenKinds.map((kind) => row.tokens[kind]), row.uncounted].map((value) =>
        value === null ? "" : String(value),
      ),
      row.cost ?? "",
      row.unknown?.join("; ") ?? "",
      ...[row.saved?.budget, row.saved?.unchanged, row.modelCalls].map((value) => String(value ?? "")),
    ]),
  ];
  return lines.map((line) => `${line.map(csvField).join(",")}\r`).join("\n");
}

/** Of a report by day and model: what is known of today and of the whole time, for a shell prompt. */
export function costLine({ rows }: CostReport, today: string, currency: Currency): string {
  const known = (some: typeof rows) =>
    knownCost(
      some.map(({ cost }) => cost),
      currency,
    );
  return `today ${known(rows.filter(({ key }) => key.day === today))}, month ${known(rows)}`;
}

/** YYYY-MM-DD */
function localDate(time: number): string {
  return new Date(time).toLocaleDateString("sv-SE");
}
