import { bytes, duration, percent } from "../../protocol/format.ts";
import { HealthReport } from "../../protocol/health.ts";
import type { MachineSample, MemoryUse, Use } from "../../protocol/health.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { describeLink } from "../operations/link.ts";
import { describeAlerts } from "./alerts.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";

export const healthUsage = "health [--workspace DIR] [--json]";

/** How the running server of the workspace and its machine are. Ends with 1 when something is wrong. */
export async function health(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...shared, ...settingFlags("other") });
  expectPositionals(positionals, 0);
  const server = await findRunning(values.workspace, readSettings(values).data);
  if (!server) throw new UsageError("No server is running for this folder: start `serve` first.");
  const request = { name: "health.get", params: {}, signal: stopSignal().signal, progress: note } as const;
  const report = HealthReport.parse(await callOperation(server, request));
  print(values.json ? JSON.stringify(report) : described(report));
  return report.status === "ok" ? 0 : 1;
}

function described(report: HealthReport): string {
  const { status, version, uptimeSeconds, modules, link, machine, memory, calls, alerts, deliveries, recommendations } =
    report;
  return [
    `Status: ${status}. Langflow Connect ${version}, up for ${duration(uptimeSeconds * 1000)}.`,
    `Modules: ${modules.map(({ name, state }) => `${name} ${state}`).join(", ")}.`,
    describeLink(link),
    ...(machine ? [`Machine: ${describeMachine(machine)}.`] : []),
    `Memory: at most ${bytes(memory.limit)} before idle analyses are dropped${describeReleases(memory)}.`,
    `Tool calls: ${String(calls.calls)} in ${String(calls.windowSeconds / 60)} minutes, ${String(calls.failed)} failed.`,
    alerts.length === 0 ? "Alerts: none." : `Alerts:\n${indented(describeAlerts(alerts))}`,
    ...(deliveries.length === 0 ? [] : [`Deliveries:\n${indented(deliveries.map(describeChannel).join("\n"))}`]),
    ...(recommendations.length === 0
      ? []
      : [`To do:\n${indented(recommendations.map(({ message, remedy }) => `${message} ${remedy}`).join("\n"))}`]),
  ].join("\n");
}

function describeMachine({ cpu, memory, processMemory, disk, eventLoopDelayMs }: MachineSample): string {
  return [
    ...(cpu === undefined ? [] : [`processors ${percent(cpu)}`]),
    ...(memory ? [`memory ${describeUse(memory)}`] : []),
    ...(disk ? [`disk ${describeUse(disk)}`] : []),
    `this server ${bytes(processMemory)}`,
    `event loop ${eventLoopDelayMs.toFixed(0)} ms late`,
  ].join(", ");
}

function describeReleases({ releases, last }: MemoryUse): string {
  if (!last) return "";
  const often = releases === 1 ? "once" : `${String(releases)} times`;
  return `, which was done ${often}, at ${last.at} from ${bytes(last.before)} to ${bytes(last.after)}`;
}

function describeUse({ used, total }: Use): string {
  return `${percent(used / total)} of ${bytes(total)}`;
}

function describeChannel({ channel, target, waiting, givenUp, last }: HealthReport["deliveries"][number]): string {
  const counts = `${String(waiting)} waiting, ${String(givenUp)} given up`;
  if (!last) return `${channel} to ${target}: nothing sent yet.`;
  const { rule, state, outcome, at, problem } = last;
  const why = problem === undefined ? "" : ` ${problem}`;
  return `${channel} to ${target}: ${rule} ${state} ${outcome} at ${at}; ${counts}.${why}`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, "  ");
}
