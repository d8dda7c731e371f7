import type { LinkStatus } from "../../protocol/status.ts";
import type { Alerts } from "./alerts.ts";

/** Gives the alerts what each heartbeat measured, once. */
export function watchLink(alerts: Alerts): (status: LinkStatus) => void {
  let last: string | undefined;
  return ({ state, latencyMs, errorRate, lastHeartbeat }) => {
    if (state === "off") {
      alerts.end("langflowLatency");
      alerts.end("langflowErrors");
      return;
    }
    if (lastHeartbeat === undefined || lastHeartbeat === last) return;
    last = lastHeartbeat;
    if (latencyMs !== undefined) alerts.observe("langflowLatency", latencyMs);
    if (errorRate !== undefined) alerts.observe("langflowErrors", errorRate);
  };
}
