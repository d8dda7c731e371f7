import { AlertList } from "../../protocol/alerts.ts";
import { localTime } from "../../protocol/format.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";

export const alertsUsage = [
  "alerts list [--workspace DIR] [--json]",
  "alerts silence ID [--for 1h] [--workspace DIR] [--json], where ID is of an alert, or the name of a rule",
];

const unitMinutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };
const maxMinutes = 30 * 24 * 60;

/** The alerts of the running server of the workspace. `list` ends with 1 while one lasts that is not silenced. */
export async function alerts(args: readonly string[]): Promise<number> {
  const options = { ...shared, ...settingFlags("other"), for: { type: "string" } } as const;
  const { values, positionals } = parseOptions(args, options);
  const [verb, id, ...more] = positionals;
  expectPositionals(more, 0);
  const request = requestOf(verb, id, values.for);
  const server = await findRunning(values.workspace, readSettings(values).data);
  if (!server) throw new UsageError("No server is running for this folder: start `serve` first.");
  const all = AlertList.parse(await callOperation(server, { ...request, signal: stopSignal().signal, progress: note }));
  print(values.json ? JSON.stringify(all) : describeAlerts(all));
  const lasts = all.some(({ resolvedAt, silencedUntil }) => resolvedAt === undefined && silencedUntil === undefined);
  return verb === "list" && lasts ? 1 : 0;
}

function requestOf(verb: string | undefined, id: string | undefined, time: string | undefined) {
  if (verb === "list" && id === undefined && time === undefined) return { name: "alerts.list", params: {} } as const;
  if (verb !== "silence" || id === undefined) throw new UsageError(`Use: ${alertsUsage.join("\n     ")}`);
  return { name: "alerts.silence", params: { id, minutes: minutesOf(time ?? "1h") } } as const;
}

function minutesOf(time: string): number {
  const [, number = "", unit = ""] = /^(\d{1,5})([mhd])$/.exec(time) ?? [];
  const minutes = Number(number) * (unitMinutes[unit] ?? NaN);
  if (minutes <= maxMinutes) return minutes;
  throw new UsageError("--for must be a time such as 30m, 8h or 2d, at most 30d; 0m ends the silence.");
}

export function describeAlerts(all: AlertList): string {
  if (all.length === 0) return "No alerts.";
  return all
    .map(({ id, firedAt, resolvedAt, silencedUntil, severity, message, remedy }) => {
      if (resolvedAt !== undefined) return `${firedAt}  over since ${resolvedAt}  ${message}`;
      const silence = silencedUntil === undefined ? "" : `, silenced until ${localTime(silencedUntil)}`;
      return `${firedAt}  ${severity}${silence}  ${message} ${remedy} (${id})`;
    })
    .join("\n");
}
