import type { Alert, AlertRuleName } from "../../protocol/alerts.ts";

/** So many values in a row, or values over so long a time: one alone may be chance. */
export type Span = { readonly values: number } | { readonly ms: number };

export interface AlertRule {
  readonly severity: Alert["severity"];
  /** A value above it is too high. */
  readonly limit: number;
  /** How long values are too high before the alert fires, and how long they are well before it ends. */
  readonly fires: Span;
  readonly ends: Span;
  /** A warning that lasts so long becomes an error. */
  readonly escalatesMs?: number;
  message(value: number): string;
  readonly remedy: string;
}

export type AlertRules = Readonly<Record<AlertRuleName, AlertRule>>;

const minute = 60_000;
const twice = { fires: { values: 2 }, ends: { values: 2 } } as const;

export const alertRules: AlertRules = {
  langflowLatency: {
    severity: "warning",
    limit: 1_000,
    ...twice,
    escalatesMs: 30 * minute,
    message: (ms) => `Langflow answers slowly: its last answer took ${(ms / 1000).toFixed(1)} s.`,
    remedy: "Look at the load of its machine, and at the flows that run there.",
  },
  langflowErrors: {
    severity: "warning",
    limit: 0.01,
    ...twice,
    escalatesMs: 30 * minute,
    message: (rate) => `Langflow fails too often: ${(rate * 100).toFixed(0)} % of the last requests.`,
    remedy: "The log of Langflow says why.",
  },
  cpu: {
    severity: "warning",
    limit: 0.8,
    fires: { ms: 5 * minute },
    ends: { ms: minute },
    escalatesMs: 30 * minute,
    message: (share) => `The processors of this machine are busy: ${whole(share)} %, over 80 % for 5 minutes.`,
    remedy: "Look which program uses them, and end or delay what can wait.",
  },
  memory: {
    severity: "warning",
    limit: 0.85,
    fires: { ms: 5 * minute },
    ends: { ms: minute },
    escalatesMs: 15 * minute,
    message: (share) => `The memory of this machine is nearly used up: ${whole(share)} %, over 85 % for 5 minutes.`,
    remedy: "Close programs or windows that are not needed, or give the machine or the container more memory.",
  },
  disk: {
    severity: "warning",
    limit: 0.9,
    ...twice,
    escalatesMs: 60 * minute,
    message: (share) => `The disk with the data folder is nearly full: ${whole(share)} % are used.`,
    remedy: "Remove what is not needed there, or set LFC_DATA to a folder on another disk.",
  },
  toolErrors: {
    severity: "warning",
    limit: 0.01,
    ...twice,
    escalatesMs: 30 * minute,
    message: (rate) => `Tool calls fail too often: ${(rate * 100).toFixed(1)} % of those of the last 10 minutes.`,
    remedy: "The log has a line `tool.internal` for each internal error; restart the server if it goes on.",
  },
  budget: {
    severity: "warning",
    limit: 0,
    fires: { values: 1 },
    ends: { values: 1 },
    // Of each budget there are words of its own.
    message: () => "A budget is used up.",
    remedy: "Raise it with `langflow-connect budget set`, or wait until its period ends.",
  },
  anomaly: {
    severity: "warning",
    limit: 0,
    fires: { values: 1 },
    ends: { values: 1 },
    // Of each there are words of its own.
    message: () => "Something is unusual.",
    remedy: "Use `langflow-connect cost` to see what it is.",
  },
};

function whole(share: number): string {
  return (share * 100).toFixed(0);
}
