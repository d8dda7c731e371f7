import { callOperation } from "../endpoint/askServer.ts";
import { operations } from "../../protocol/operations.ts";
import { CostKey } from "../../protocol/cost.ts";
import type { CostQuery, CostReport } from "../../protocol/cost.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { costCsv, costLine, costTable } from "./costText.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags, shownCurrency } from "./settings.ts";

const options = {
  ...shared,
  ...settingFlags("other"),
  from: { type: "string" },
  to: { type: "string" },
  by: { type: "string" },
  csv: { type: "boolean", default: false },
  line: { type: "boolean", default: false },
} as const;

export const costUsage = "cost [--from DATE] [--to DATE] [--by KEY[,KEY]] [--csv | --json | --line] [--workspace DIR]";

const defaultDays = 30;

/** What flow runs cost, and the tokens of runs and tool calls, by the ledger of all servers of this user. */
export async function cost(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, options);
  expectPositionals(positionals, 0);
  const { json, csv, line, from, to, by } = values;
  if ([json, csv, line].filter(Boolean).length > 1) throw new UsageError("Give one of --csv, --json and --line.");
  if (line && (from ?? to ?? by) !== undefined) {
    throw new UsageError("--line is about today and this month: leave --from, --to and --by out.");
  }
  const now = new Date();
  const query = line ? thisMonth(now) : { ...period({ from, to }, now), by: keysOf(by ?? "day") };
  const settings = readSettings(values);
  const report = await ask({ workspace: values.workspace, settings }, query);
  if (json) print(JSON.stringify(report));
  else if (csv) print(costCsv(report, query.by));
  else {
    const currency = shownCurrency(settings);
    print(line ? costLine(report, dateOf(now), currency) : costTable(report, query.by, currency));
  }
  return 0;
}

/** The running server of the folder, or the ledger in this process. */
async function ask(
  { workspace, settings }: { readonly workspace: readonly string[]; readonly settings: HeadlessSettings },
  params: CostQuery,
): Promise<CostReport> {
  const { signal } = stopSignal();
  const server = await findRunning(workspace, settings.data);
  const name = "ledger.cost";
  const { result } = operations[name];
  const call = { params, signal, progress: note };
  if (server) return result.parse(await callOperation(server, { name, ...call }));
  const app = await openApp(workspace, settings);
  try {
    return result.parse(await app.operate(name, params, { caller: cliCaller, ...call }));
  } finally {
    await app.shutdown("done");
  }
}

function keysOf(text: string): CostQuery["by"] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const known = CostKey.options.join(", ");
  return names.map((name) => {
    const key = CostKey.safeParse(name);
    if (!key.success) throw new UsageError(`--by ${name}: no such key. Use ${known}.`);
    return key.data;
  });
}

/** Whole local days: `to` is the last of them. */
function period(given: { readonly from?: string | undefined; readonly to?: string | undefined }, now: Date) {
  const last = given.to === undefined ? now : localDay("--to", given.to);
  const first = given.from === undefined ? dayAfter(last, 1 - defaultDays) : localDay("--from", given.from);
  const [from, to] = [dayAfter(first, 0), dayAfter(last, 1)];
  if (from >= to) throw new UsageError(`--from ${dateOf(from)} is after --to ${dateOf(last)}.`);
  return { from: from.toISOString(), to: to.toISOString() };
}

/** Models apart, so that those with a known price can be added up. */
function thisMonth(now: Date): CostQuery {
  const from = new Date(now.getFullYear(), now.getMonth(), 1);
  return { from: from.toISOString(), to: dayAfter(now, 1).toISOString(), by: ["day", "model"] };
}

function localDay(flag: string, text: string): Date {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  // 2026-02-30 would be the second of March.
  if (year === undefined || dateOf(date) !== text) throw new UsageError(`${flag} must be a date such as 2026-11-01.`);
  return date;
}

/** The start of a local day so many days later. */
function dayAfter(date: Date, days: number): Date {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);
}

/** YYYY-MM-DD by local time. */
function dateOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
