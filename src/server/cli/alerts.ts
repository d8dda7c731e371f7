import { AlertList } from "../../protocol/alerts.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";

export const alertsUsage = "alerts list [--workspace DIR] [--json]";

/** The alerts of the running server of the workspace. Ends with 1 while one lasts. */
export async function alerts(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...shared, ...settingFlags("other") });
  expectPositionals(positionals, 1);
  if (positionals[0] !== "list") throw new UsageError(`Use: ${alertsUsage}`);
  const server = await findRunning(values.workspace, readSettings(values).data);
  if (!server) throw new UsageError("No server is running for this folder: start `serve` first.");
  const request = { name: "alerts.list", params: {}, signal: stopSignal().signal, progress: note } as const;
  const all = AlertList.parse(await callOperation(server, request));
  print(values.json ? JSON.stringify(all) : described(all));
  return all.some(({ resolvedAt }) => resolvedAt === undefined) ? 1 : 0;
}

function described(all: AlertList): string {
  if (all.length === 0) return "No alerts.";
  return all
    .map(({ firedAt, resolvedAt, severity, message, remedy }) => {
      if (resolvedAt !== undefined) return `${firedAt}  over since ${resolvedAt}  ${message}`;
      return `${firedAt}  ${severity}  ${message} ${remedy}`;
    })
    .join("\n");
}
