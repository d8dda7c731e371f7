import { randomUUID } from "node:crypto";
import type { Alert, AlertList, AlertRuleName } from "../../protocol/alerts.ts";
import { alertRules } from "./alertRules.ts";
import type { AlertRules, Span } from "./alertRules.ts";

export interface Alerts {
  /** One measured value, in the unit of the rule's limit. */
  observe(rule: AlertRuleName, value: number): void;
  /** One fact about one of several things: what is wrong with it, or nothing. */
  report(rule: AlertRuleName, subject: string, wrong: Wrong | undefined): void;
  /** There is nothing to measure any more: an alert that lasts is over. */
  end(rule: AlertRuleName, subject?: string): void;
  /** What is due by time alone: escalations, and silences that are over. Called again and again. */
  tick(): void;
  /** The alert with this id, or every alert of this rule, now and later; 0 ms end it. False when it means neither. */
  silence(idOrRule: string, ms: number): boolean;
  list(): AlertList;
  onChange(listener: (alerts: AlertList) => void): void;
}

export type Wrong = Pick<Alert, "severity" | "message" | "remedy">;

/** Alerts that are over are kept until there are more than this. */
const maxOver = 50;

/** Where values stayed away so long, as while a laptop sleeps, nothing is known of the time between them. */
const maxGapMs = 60_000;

/** Values in a row that say something else than the state does. */
interface Against {
  readonly count: number;
  readonly since: number;
  readonly last: number;
}

/** Compares what is measured with the rules. An alert that lasts is one alert, however often it is measured. */
export function createAlerts(now: () => Date, rules: AlertRules = alertRules): Alerts {
  let alerts: AlertList = [];
  const against = new Map<string, Against>();
  /** By id of an alert or name of a rule. */
  const silences = new Map<string, Date>();
  const listeners = new Set<(alerts: AlertList) => void>();

  const lasting = (rule: AlertRuleName, subject: string | undefined) =>
    alerts.find((alert) => alert.rule === rule && alert.subject === subject && alert.resolvedAt === undefined);

  function change(next: AlertList): void {
    let over = 0;
    alerts = next.filter(({ resolvedAt }) => resolvedAt === undefined || ++over <= maxOver).map(marked);
    for (const listener of listeners) listener(alerts);
  }

  /** With the end of its silence, when there is one. */
  function marked(alert: Alert): Alert {
    const ends = [alert.id, alert.rule].flatMap((key) => silences.get(key)?.getTime() ?? []);
    const end = Math.max(...ends);
    const { silencedUntil: _before, ...rest } = alert;
    return end > now().getTime() ? { ...rest, silencedUntil: new Date(end).toISOString() } : rest;
  }

  function resolve(alert: Alert): void {
    const resolvedAt = now().toISOString();
    change(alerts.map((one) => (one === alert ? { ...alert, resolvedAt } : one)));
  }

  function judge(rule: AlertRuleName, wrong: Wrong | undefined, subject?: string): void {
    const alert = lasting(rule, subject);
    const key = keyOf(rule, subject);
    if ((wrong === undefined) === (alert === undefined)) return void against.delete(key);
    const span = alert ? rules[rule].ends : rules[rule].fires;
    const at = now().getTime();
    const before = against.get(key);
    const goesOn = before && !("ms" in span && at - before.last > maxGapMs);
    const run = { count: (goesOn ? before.count : 0) + 1, since: goesOn ? before.since : at, last: at };
    against.set(key, run);
    if (!isReached(span, run)) return;
    against.delete(key);
    if (alert) return resolve(alert);
    if (!wrong) return;
    const fired = { id: randomUUID(), rule, ...(subject !== undefined && { subject }), ...wrong };
    change([{ ...fired, firedAt: now().toISOString() }, ...alerts]);
  }

  function escalated(alert: Alert): Alert {
    const { escalatesMs = Infinity } = rules[alert.rule];
    if (alert.severity === "error" || alert.resolvedAt !== undefined) return alert;
    if (now().getTime() - Date.parse(alert.firedAt) < escalatesMs) return alert;
    return { ...alert, severity: "error", escalatedAt: now().toISOString() };
  }

  return {
    observe(rule, value) {
      const { severity, limit, message, remedy } = rules[rule];
      judge(rule, value > limit ? { severity, message: message(value), remedy } : undefined);
    },
    report(rule, subject, wrong) {
      judge(rule, wrong, subject);
    },
    end(rule, subject) {
      against.delete(keyOf(rule, subject));
      const alert = lasting(rule, subject);
      if (alert) resolve(alert);
    },
    tick() {
      for (const [key, until] of silences) if (until <= now()) silences.delete(key);
      const next = alerts.map(escalated);
      const isSilenceOver = ({ silencedUntil }: Alert) =>
        silencedUntil !== undefined && now() >= new Date(silencedUntil);
      if (next.some((alert, at) => alert !== alerts[at] || isSilenceOver(alert))) change(next);
    },
    silence(idOrRule, ms) {
      if (!Object.hasOwn(rules, idOrRule) && !alerts.some(({ id }) => id === idOrRule)) return false;
      if (ms > 0) silences.set(idOrRule, new Date(now().getTime() + ms));
      else silences.delete(idOrRule);
      change(alerts);
      return true;
    },
    list: () => alerts,
    onChange: (listener) => void listeners.add(listener),
  };
}

function isReached(span: Span, { count, since, last }: Against): boolean {
  return "ms" in span ? last - since >= span.ms : count >= span.values;
}

function keyOf(rule: AlertRuleName, subject: string | undefined): string {
  return subject === undefined ? rule : `${rule} ${subject}`;
}
