import type { Alert, AlertList } from "../../protocol/alerts.ts";
import type { AlertState } from "../../protocol/health.ts";

/** One change of one alert, to be sent once. */
export interface Announcement {
  /** Different for each change, and the same for each attempt to send it. */
  readonly key: string;
  readonly state: AlertState;
  readonly alert: Alert;
}

const order: readonly AlertState[] = ["fired", "escalated", "resolved"];

/**
 * What of the alerts is to be sent: the state of each that differs from what was sent of it. While an alert is silenced
 * nothing is; what it came to is sent when the silence ends. One that began and ended in the meantime is never sent.
 */
export function createAnnouncements(isOurs: (alert: Alert) => boolean): (alerts: AlertList) => readonly Announcement[] {
  const sent = new Map<string, AlertState>();
  return (alerts) => {
    for (const id of sent.keys()) if (!alerts.some((alert) => alert.id === id)) sent.delete(id);
    const due = alerts.flatMap((alert): Announcement[] => {
      if (alert.silencedUntil !== undefined || !isOurs(alert)) return [];
      const state = stateOf(alert);
      const before = sent.get(alert.id);
      if (before === undefined ? state === "resolved" : order.indexOf(state) <= order.indexOf(before)) return [];
      sent.set(alert.id, state);
      return [{ key: `${alert.id}.${state}`, state, alert }];
    });
    // The newest alert stands first.
    return due.reverse();
  };
}

function stateOf({ resolvedAt, escalatedAt }: Alert): AlertState {
  if (resolvedAt !== undefined) return "resolved";
  return escalatedAt === undefined ? "fired" : "escalated";
}
