import type { Alert } from "../../protocol/alerts.ts";

export type AlertRuleName = Alert["rule"];

export interface AlertRule {
  readonly severity: Alert["severity"];
  /** A value above it is too high. */
  readonly limit: number;
  /** This many values in a row fire the alert, or resolve it: one alone may be chance. */
  readonly values: number;
  message(value: number): string;
  readonly remedy: string;
}

export const alertRules: Readonly<Record<AlertRuleName, AlertRule>> = {
  langflowLatency: {
    severity: "warning",
    limit: 1_000,
    values: 2,
    message: (ms) => `Langflow answers slowly: its last answer took ${(ms / 1000).toFixed(1)} s.`,
    remedy: "Look at the load of its machine, and at the flows that run there.",
  },
  langflowErrors: {
    severity: "warning",
    limit: 0.01,
    values: 2,
    message: (rate) => `Langflow fails too often: ${(rate * 100).toFixed(0)} % of the last requests.`,
    remedy: "The log of Langflow says why.",
  },
};
