import { randomUUID } from "node:crypto";
import type { Alert, AlertList } from "../../protocol/alerts.ts";
import { alertRules } from "./alertRules.ts";
import type { AlertRuleName } from "./alertRules.ts";

export interface Alerts {
  /** One measured value, in the unit of the rule's limit. */
  observe(rule: AlertRuleName, value: number): void;
  /** There is nothing to measure any more: an alert that lasts is over. */
  end(rule: AlertRuleName): void;
  list(): AlertList;
  onChange(listener: (alerts: AlertList) => void): void;
}

/** Alerts that are over are kept until there are more than this. */
const maxOver = 50;

/** Compares what is measured with the rules. An alert that lasts is one alert, however often it is measured. */
export function createAlerts(now: () => Date): Alerts {
  let alerts: AlertList = [];
  /** Values in a row that say something else than the state does. */
  const against = new Map<AlertRuleName, number>();
  const listeners = new Set<(alerts: AlertList) => void>();

  const lasting = (rule: AlertRuleName) =>
    alerts.find((alert) => alert.rule === rule && alert.resolvedAt === undefined);

  function change(next: AlertList): void {
    let over = 0;
    alerts = next.filter(({ resolvedAt }) => resolvedAt === undefined || ++over <= maxOver);
    for (const listener of listeners) listener(alerts);
  }

  function resolve(alert: Alert): void {
    const resolvedAt = now().toISOString();
    change(alerts.map((one) => (one === alert ? { ...alert, resolvedAt } : one)));
  }

  return {
    observe(name, value) {
      const { severity, limit, values, message, remedy } = alertRules[name];
      const alert = lasting(name);
      const isAgainst = value > limit === (alert === undefined);
      const count = isAgainst ? (against.get(name) ?? 0) + 1 : 0;
      against.set(name, count);
      if (count < values) return;
      against.delete(name);
      if (alert) return resolve(alert);
      const fired = { id: randomUUID(), rule: name, severity, message: message(value), remedy };
      change([{ ...fired, firedAt: now().toISOString() }, ...alerts]);
    },
    end(name) {
      against.delete(name);
      const alert = lasting(name);
      if (alert) resolve(alert);
    },
    list: () => alerts,
    onChange: (listener) => void listeners.add(listener),
  };
}
