import { hostname } from "node:os";
import type { Alert } from "../../protocol/alerts.ts";
import type { BudgetState } from "../../protocol/budgets.ts";
import type {
  ChannelStatus,
  HealthRange,
  HealthReport,
  Hint,
  MachineSample,
  ModuleState,
} from "../../protocol/health.ts";
import type { LinkStatus } from "../../protocol/status.ts";
import type { Anomalies, LedgerStatus } from "../economy/types.ts";
import type { ToolCallRecord } from "../platform/call.ts";
import { DisposableStack } from "../platform/disposables.ts";
import type { Disposable } from "../platform/disposables.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Network } from "../platform/network.ts";
import { createAlerts } from "./alerts.ts";
import type { Alerts } from "./alerts.ts";
import type { AlertRules } from "./alertRules.ts";
import { createAnnouncements } from "./announcements.ts";
import { createCallWindow } from "./callWindow.ts";
import { openChannels } from "./channels.ts";
import type { ChannelSettings } from "./channels.ts";
import { createDelivery } from "./delivery.ts";
import { forecast } from "./forecast.ts";
import { createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { registerHealthMetrics } from "./metrics.ts";
import { createMemoryRelease } from "./memoryRelease.ts";
import type { ReleasableMemory } from "./memoryRelease.ts";
import { recommend } from "./recommendations.ts";
import { createSampler } from "./sampler.ts";
import { watchAnomalies } from "./watchAnomalies.ts";
import { watchBudgets } from "./watchBudgets.ts";
import { watchLink } from "./watchLink.ts";
import { watchMachine } from "./watchMachine.ts";

/** What is known of a server and its machine, and the alerts that follow from it. */
export interface Health extends Disposable {
  readonly alerts: Alerts;
  readonly report: () => Promise<HealthReport>;
  history(range: HealthRange): readonly MachineSample[];
  /** The ledger and the tools can work. */
  isReady(): boolean;
  observeCall(record: ToolCallRecord): void;
  observeLink(status: LinkStatus): void;
}

export interface HealthOptions {
  /** Of the file system that is watched. */
  readonly folder: string;
  readonly workspace: string;
  readonly version: string;
  /** None when left out. */
  readonly channels?: ChannelSettings;
  readonly network: Network;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly memory: ReleasableMemory;
  /** Of several servers of a workspace, the one that sends what concerns all of them. */
  isOwner(): boolean;
  now(): Date;
  /** The services that it asks. */
  readonly services: {
    link(): LinkStatus;
    ledger(): LedgerStatus;
    budgets(): Promise<readonly BudgetState[]>;
    anomalies(): Promise<Anomalies>;
    /** How many can be called. */
    tools(): number;
  };
  /** Other ones for tests. */
  readonly rules?: AlertRules;
  readonly machine?: Machine;
  readonly intervalMs?: number;
  readonly idleMs?: number;
  readonly firstRetryMs?: number;
}

/** Both ask the ledger. */
const budgetsMs = 30_000;
const anomaliesMs = 5 * 60_000;

export function createHealth(options: HealthOptions): Health {
  const { folder, workspace, version, network, log, now, services, intervalMs, firstRetryMs } = options;
  const startedAt = now();
  const scope = new DisposableStack();
  const alerts = createAlerts(now, options.rules);
  const calls = createCallWindow(now);
  const machine = options.machine ?? createMachine(folder);
  const sampler = scope.add(
    createSampler({
      machine,
      calls,
      langflowMs: () => services.link().latencyMs,
      log,
      now,
      ...(intervalMs !== undefined && { intervalMs }),
    }),
  );
  const memory = createMemoryRelease({
    ...options.memory,
    log,
    processMemory: machine.processMemory,
    now,
    ...(options.idleMs !== undefined && { idleMs: options.idleMs }),
  });
  const source = { host: hostname(), workspace, version };
  const delivery = scope.add(
    createDelivery({
      channels: options.channels ? openChannels(options.channels, { network, source }) : [],
      log,
      now,
      ...(firstRetryMs !== undefined && { firstRetryMs }),
    }),
  );
  const announce = createAnnouncements((alert) => !isShared(alert) || options.isOwner());
  const send = () => {
    delivery.add(announce(alerts.list()));
  };
  alerts.onChange(send);
  const observeMachine = watchMachine(alerts, calls.summary);
  /** At a sample, when the last time is so long ago. */
  const each = (ms: number, name: string, look: () => Promise<void>) => {
    let seen = -Infinity;
    return () => {
      const at = now().getTime();
      if (at - seen < Math.min(ms, intervalMs ?? ms)) return;
      seen = at;
      look().catch((error: unknown) => {
        log.warn(`health.${name}`, describeError(error));
      });
    };
  };
  const lookAtBudgets = each(budgetsMs, "budgets", () => watchBudgets(alerts, services.budgets));
  const lookForAnomalies = each(anomaliesMs, "anomalies", () => watchAnomalies(alerts, services.anomalies));
  sampler.onSample((sample) => {
    observeMachine(sample);
    memory.observe(sample.processMemory);
    alerts.tick();
    // Who owns the workspace can be another process now.
    send();
    lookAtBudgets();
    lookForAnomalies();
  });
  registerHealthMetrics(options.metrics, { latest: sampler.latest, alerts: alerts.list, deliveries: delivery.status });

  function modules(link: LinkStatus, deliveries: readonly ChannelStatus[]): readonly ModuleState[] {
    const ledger = services.ledger();
    const noTools = { message: "No tool can be called.", remedy: "Restart the server, and look at its log." };
    const unsent = deliveries.find(({ last }) => last !== undefined && last.outcome !== "delivered");
    const wrong = isIncomplete(options.channels) ? incomplete : unsent && deliveryProblem(unsent);
    return [
      moduleState("tools", services.tools() === 0 ? noTools : undefined),
      moduleState("ledger", ledger.state === "failing" ? (ledger.problem ?? failing) : undefined),
      link.state === "off"
        ? { name: "langflow", state: "off" }
        : moduleState(
            "langflow",
            ["reconnecting", "failed"].includes(link.state) ? (link.problem ?? failing) : undefined,
          ),
      deliveries.length === 0 && !wrong ? { name: "alerts", state: "off" } : moduleState("alerts", wrong),
    ];
  }

  return {
    alerts,
    async report() {
      const measured = sampler.latest() ?? (await sampler.sample());
      const link = services.link();
      const deliveries = delivery.status();
      const inForce = alerts.list().filter(({ resolvedAt }) => resolvedAt === undefined);
      const facts = {
        modules: modules(link, deliveries),
        link,
        machine: measured,
        calls: calls.summary(),
        forecasts: forecast({ fine: sampler.history.fine(), coarse: sampler.history.coarse() }),
      };
      return {
        status: statusOf(facts.modules, inForce),
        version,
        startedAt: startedAt.toISOString(),
        uptimeSeconds: Math.floor((now().getTime() - startedAt.getTime()) / 1000),
        ...facts,
        memory: memory.use(),
        alerts: inForce,
        deliveries,
        recommendations: recommend(facts),
      };
    },
    history: (range) => (range === "hour" ? sampler.history.fine() : sampler.history.coarse()),
    isReady: () => services.ledger().state !== "failing" && services.tools() > 0,
    observeCall: calls.add,
    observeLink: watchLink(alerts),
    dispose: () => scope.dispose(),
  };
}

const failing: Hint = { message: "It does not work.", remedy: "Look at the log of the server." };

const incomplete: Hint = {
  message: "Alerts are not mailed: a mail server is set without a sender or an addressee.",
  remedy:
    "Set langflowConnect.alerts.mailFrom and langflowConnect.alerts.mailTo (LFC_ALERTS_MAIL_FROM and LFC_ALERTS_MAIL_TO).",
};

function isIncomplete(channels: ChannelSettings | undefined): boolean {
  return channels !== undefined && channels.mailServer !== "" && (channels.mailFrom === "" || channels.mailTo === "");
}

function moduleState(name: ModuleState["name"], problem: Hint | undefined): ModuleState {
  return problem ? { name, state: "failing", problem } : { name, state: "ok" };
}

function deliveryProblem({ channel, target, last }: ChannelStatus): Hint {
  const why = last?.problem === undefined ? "" : ` ${last.problem}`;
  return {
    message: `Alerts do not arrive by ${channel} at ${target}.${why}`,
    remedy:
      "Correct the settings langflowConnect.alerts (or the environment of a headless server), or what runs there.",
  };
}

/** Of the machine or of the user: several servers see the same. */
function isShared({ rule }: Alert): boolean {
  return ["cpu", "memory", "disk", "budget", "anomaly"].includes(rule);
}

function statusOf(modules: readonly ModuleState[], inForce: readonly Alert[]): HealthReport["status"] {
  const heard = inForce.filter(({ silencedUntil }) => silencedUntil === undefined);
  if (modules.some(({ state }) => state === "failing") || heard.some(({ severity }) => severity === "error"))
    return "error";
  return heard.length > 0 ? "warning" : "ok";
}
