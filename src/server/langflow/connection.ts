import type { LinkStatus } from "../../protocol/status.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Login } from "./client/auth.ts";
import { statusOf } from "../platform/http.ts";
import type { LangflowHttp } from "./client/http.ts";
import type { LangflowVersion } from "./client/version.ts";
import type { Registration } from "./registration.ts";
import { Session } from "./session.ts";
import type { SessionDeps } from "./session.ts";
import { outsideTraces } from "../platform/tracing.ts";

export interface LinkTimings {
  readonly heartbeatMs: number;
  readonly slowMs: number;
  readonly requestMs: number;
  readonly connectMs: number;
  /** How long Langflow may take to count our tools. */
  readonly countMs: number;
  /** Waits before each attempt to connect again; when all have failed the heartbeat's pace takes over. */
  readonly backoffMs: readonly number[];
}

const defaults: LinkTimings = {
  heartbeatMs: 30_000,
  slowMs: 3_000,
  requestMs: 60_000,
  connectMs: 4_000,
  countMs: 15_000,
  backoffMs: [1_000, 2_000, 4_000, 8_000, 16_000],
};

export interface ConnectionDeps extends Pick<SessionDeps, "workspace" | "endpoint" | "store" | "network"> {
  readonly log: Logger;
  readonly timings?: Partial<LinkTimings>;
  now(): Date;
}

/** Keys and passwords are kept in memory only, never logged, never in a URL. */
export interface ConnectOptions extends Login {
  /** Base URL of Langflow, such as http://127.0.0.1:7860. */
  readonly url: string;
  /** Where the key or the password was read from, remembered so that a headless server can read it again. */
  readonly keyFile?: string;
  readonly signal: AbortSignal;
}

/** What can be used while the link is up. */
export interface OpenLink {
  readonly http: LangflowHttp;
  readonly version: LangflowVersion;
  /** Our name among Langflow's MCP servers; "" while another window has the registration. */
  readonly serverName: string;
  /** Another object after each registration. */
  readonly registration?: Registration | undefined;
}

export interface Connection {
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): { dispose(): void };
  connect(options: ConnectOptions): Promise<LinkStatus>;
  /** The endpoint has another URL, token or owner: what Langflow keeps is updated. */
  endpointChanged(): Promise<void>;
  /** Waits for an attempt that is under way; throws with the remedy while there is no link. */
  use(): Promise<OpenLink>;
  tryUse(): OpenLink | undefined;
  close(): Promise<void>;
}

/** Keeps the link up: connects, watches by a heartbeat, connects again, and repairs the registration. */
export function createConnection(deps: ConnectionDeps): Connection {
  const { log, now } = deps;
  const timings = { ...defaults, ...deps.timings };
  const listeners = new Set<(status: LinkStatus) => void>();
  let session: Session | undefined;
  let status: LinkStatus = { state: "off", warnings: [] };
  let timer: NodeJS.Timeout | undefined;

  function publish(next: LinkStatus): void {
    status = next;
    const current = shown(status, session);
    for (const listener of listeners) listener(current);
  }

  const change = (part: Partial<LinkStatus>): void => {
    publish({ ...status, ...part });
  };

  async function connect({ signal, url: base, ...login }: ConnectOptions): Promise<LinkStatus> {
    await close();
    const { workspace, endpoint, store, network } = deps;
    const changed = (): void => {
      change({});
    };
    const opened = new Session({ ...login, base }, { workspace, endpoint, store, network, timings, changed });
    session = opened;
    change({ state: "connecting", url: base, warnings: [] });
    const attempt = establish(opened, AbortSignal.any([signal, opened.ended]));
    opened.attempt = attempt.catch(() => undefined);
    try {
      await attempt;
    } catch (error) {
      if (!opened.ended.aborted && signal.aborted) await close();
      else if (!opened.ended.aborted) {
        change({ state: "failed", problem: problemOf(error) });
        schedule(opened, timings.heartbeatMs, 0);
      }
      throw error;
    }
    return shown(status, session);
  }

  async function establish(opened: Session, signal: AbortSignal): Promise<void> {
    const latencyMs = await opened.establish(signal);
    if (opened.ended.aborted) return;
    const { problem: _problem, ...rest } = registered(status, opened);
    const time = now().toISOString();
    const version = opened.version?.text;
    publish({
      ...rest,
      state: "connected",
      ...(version !== undefined && { version }),
      latencyMs,
      lastHeartbeat: time,
      connectedSince: time,
    });
    schedule(opened, timings.heartbeatMs, 0);
  }

  async function renewRegistration(opened: Session): Promise<void> {
    await opened.register(opened.ended);
    if (!opened.ended.aborted) publish(registered(status, opened));
  }

  function schedule(opened: Session, ms: number, attempt: number): void {
    clearTimeout(timer);
    if (opened.ended.aborted) return;
    timer = outsideTraces(() => setTimeout(() => void sendHeartbeat(opened, attempt), ms));
    timer.unref();
  }

  /** One heartbeat or, after a loss, one attempt to come back. Never rejects. */
  async function sendHeartbeat(opened: Session, attempt: number): Promise<void> {
    try {
      if (status.state === "connected") await heartbeat(opened);
      else await establish(opened, opened.ended);
    } catch (error) {
      if (opened.ended.aborted) return;
      log.warn("langflow.heartbeat", { attempt, ...describeError(error) });
      const wait = timings.backoffMs[attempt];
      const problem = problemOf(error);
      if (wait === undefined || statusOf(error) === 401 || statusOf(error) === 403) {
        change({ state: "failed", problem });
        return schedule(opened, timings.heartbeatMs, timings.backoffMs.length);
      }
      change({ state: "reconnecting", problem });
      schedule(opened, wait, attempt + 1);
    }
  }

  async function heartbeat(opened: Session): Promise<void> {
    const { version, latencyMs } = await opened.ping(opened.ended);
    if (version.text !== opened.version?.text) return establish(opened, opened.ended);
    if (!(await opened.isStillRegistered(opened.ended))) await renewRegistration(opened);
    if (opened.ended.aborted) return;
    change({ latencyMs, lastHeartbeat: now().toISOString() });
    schedule(opened, timings.heartbeatMs, 0);
  }

  async function close(): Promise<void> {
    clearTimeout(timer);
    const ending = session;
    session = undefined;
    if (!ending) return;
    const closed = ending.close();
    publish({ state: "off", warnings: [] });
    await closed;
  }

  function tryUse(): OpenLink | undefined {
    if (!session?.version) return undefined;
    const { http, version, serverName, registration } = session;
    return { http, version, serverName, registration };
  }

  return {
    status: () => shown(status, session),
    onStatus(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    connect,
    async endpointChanged() {
      if (session?.version) await renewRegistration(session);
    },
    tryUse,
    async use() {
      await session?.attempt;
      const opened = tryUse();
      if (opened) return opened;
      throw notConnected(shown(status, session));
    },
    close,
  };
}

/** "slow" lies over "connected": it comes and goes with the exchanges. */
function shown(status: LinkStatus, session: Session | undefined): LinkStatus {
  const errorRate = session?.stats.errorRate();
  const base = { ...status, ...(errorRate !== undefined && { errorRate }) };
  if (!session?.stats.slow() || (status.state !== "connected" && status.state !== "connecting")) return base;
  const remedy = "Wait, or look at the load of its machine.";
  return { ...base, state: "slow", problem: { message: "Langflow is slow.", remedy } };
}

function registered({ registration: _old, ...rest }: LinkStatus, opened: Session): LinkStatus {
  const { registration } = opened;
  return { ...rest, warnings: opened.warnings(), ...(registration && { registration }) };
}

function notConnected({ problem }: LinkStatus): ToolError {
  if (problem) return new ToolError("NOT_READY", `Langflow is not connected. ${problem.message}`, problem.remedy);
  return new ToolError(
    "NOT_READY",
    "Langflow is not connected.",
    'Connect first: "Langflow Connect: Connect to Langflow" in VS Code, or langflow-connect langflow connect --url URL.',
  );
}

function problemOf(error: unknown): { message: string; remedy: string } {
  if (error instanceof ToolError) return { message: error.message, remedy: error.remedy };
  return { message: "Internal error of the link to Langflow.", remedy: "See the log for the cause." };
}
