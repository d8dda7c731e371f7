import type { HealthReport, MachineSample, Use } from "../../protocol/health.ts";
import type { Alerts } from "./alerts.ts";

/** Of fewer calls, one that failed is chance. */
const leastCalls = 20;

/** Gives the alerts what a sample measured, and the share of failed calls of the last minutes. */
export function watchMachine(
  alerts: Pick<Alerts, "observe" | "end">,
  calls: () => Pick<HealthReport["calls"], "calls" | "failed">,
): (sample: MachineSample) => void {
  return ({ cpu, memory, disk }) => {
    if (cpu !== undefined) alerts.observe("cpu", cpu);
    if (memory) alerts.observe("memory", shareOf(memory));
    if (disk) alerts.observe("disk", shareOf(disk));
    const recent = calls();
    if (recent.calls >= leastCalls) alerts.observe("toolErrors", recent.failed / recent.calls);
    else alerts.end("toolErrors");
  };
}

function shareOf({ used, total }: Use): number {
  return used / total;
}
