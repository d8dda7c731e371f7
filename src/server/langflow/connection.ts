import type { LinkStatus } from "../../protocol/status.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import { isLoopback, langflowAddress } from "./client/address.ts";
import { autoLogin, checkCredential } from "./client/auth.ts";
import { createLangflowHttp, statusOf } from "./client/http.ts";
import type { Credential, LangflowHttp } from "./client/http.ts";
import { readVersion } from "./client/version.ts";
import type { LangflowVersion } from "./client/version.ts";
import { createExchangeStats } from "./exchangeStats.ts";
import type { ExchangeStats } from "./exchangeStats.ts";
import { versionWarnings } from "./knownVulnerabilities.ts";
import type { LinkStore } from "./linkStore.ts";
import { isRegistered, register } from "./registration.ts";
import type { Registration, WorkspaceIdentity } from "./registration.ts";
import type { ConnectOptions, Endpoint } from "./types.ts";

export interface LinkTimings {
  readonly heartbeatMs: number;
  readonly slowMs: number;
  readonly requestMs: number;
  readonly connectMs: number;
  /** Waits before each attempt to connect again; when all have failed the heartbeat's pace takes over. */
  readonly backoffMs: readonly number[];
  readonly traceAttempts: number;
}

const defaults: LinkTimings = {
  heartbeatMs: 30_000,
  slowMs: 3_000,
  requestMs: 60_000,
  connectMs: 4_000,
  backoffMs: [1_000, 2_000, 4_000, 8_000, 16_000],
  traceAttempts: 8,
};

export interface ConnectionDeps {
  readonly workspace: WorkspaceIdentity;
  endpoint(): Endpoint | undefined;
  readonly store: LinkStore;
  readonly log: Logger;
  readonly timings?: Partial<LinkTimings>;
  now(): Date;
  /** Called each time the link came up, at once or after attempts of its own. */
  connected(link: ConnectedLink): Promise<void>;
}

export interface ConnectedLink {
  /** Base URL of Langflow. */
  readonly url: string;
  readonly keyFile?: string;
  /** "" while another window has the registration. */
  readonly serverName: string;
}

/** What the operations of the link work with while it is up. */
export interface OpenLink {
  readonly http: LangflowHttp;
  readonly version: LangflowVersion;
  /** Our name among Langflow's MCP servers; "" while another window has the registration. */
  readonly serverName: string;
}

export interface Connection {
  readonly timings: LinkTimings;
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): { dispose(): void };
  connect(options: ConnectOptions): Promise<LinkStatus>;
  endpointChanged(): Promise<void>;
  /** Waits for an attempt that is under way; throws with the remedy while there is no link. */
  use(): Promise<OpenLink>;
  tryUse(): OpenLink | undefined;
  close(): Promise<void>;
}

/** One attempt's facts; replaced as a whole, so that a late answer of an old attempt changes nothing. */
interface Session {
  readonly http: LangflowHttp;
  readonly stats: ExchangeStats;
  readonly ended: AbortController;
  readonly options: Omit<ConnectOptions, "signal">;
  credential: Credential;
  version?: LangflowVersion;
  serverName: string;
  registration?: Registration;
  /** The token that Langflow last got: what it keeps of it is masked. */
  sentToken?: string;
  /** The attempt to connect that is under way, or the last one; never rejects. */
  attempt: Promise<unknown>;
}

/** Keeps the link up: connects, watches by a heartbeat, connects again, and repairs the registration. */
export function createConnection(deps: ConnectionDeps): Connection {
  const { log, now } = deps;
  const timings = { ...defaults, ...deps.timings };
  const listeners = new Set<(status: LinkStatus) => void>();
  let session: Session | undefined;
  let status: LinkStatus = { state: "off", warnings: [] };
  let timer: NodeJS.Timeout | undefined;

  function show(change: Partial<LinkStatus>): void {
    status = { ...status, ...change };
    const current = view();
    for (const listener of listeners) listener(current);
  }

  /** "slow" lies over "connected": it comes and goes with the exchanges. */
  function view(): LinkStatus {
    const errorRate = session?.stats.errorRate();
    const base = { ...status, ...(errorRate !== undefined && { errorRate }) };
    if (!session?.stats.slow() || (status.state !== "connected" && status.state !== "connecting")) return base;
    const remedy = "Wait, or look at the load of its machine.";
    return { ...base, state: "slow", problem: { message: "Langflow is slow.", remedy } };
  }

  async function connect({ signal, ...options }: ConnectOptions): Promise<LinkStatus> {
    const base = langflowAddress(options.url);
    await close();
    const opened = open(base, options);
    session = opened;
    show({ state: "connecting", url: base, warnings: [] });
    try {
      const attempt = establish(opened, AbortSignal.any([signal, opened.ended.signal]));
      opened.attempt = attempt.catch(() => undefined);
      await attempt;
    } catch (error) {
      if (session === opened) {
        if (signal.aborted) await close();
        else {
          fail(error);
          schedule(opened, timings.heartbeatMs, 0);
        }
      }
      throw error;
    }
    return view();
  }

  function open(base: string, options: Omit<ConnectOptions, "signal">): Session {
    const stats = createExchangeStats({ slowMs: timings.slowMs, changed: () => show({}) });
    const { apiKey } = options;
    const opened: Session = {
      http: createLangflowHttp({
        base,
        credential: () => opened.credential,
        observer: stats,
        timeoutMs: timings.requestMs,
        connectTimeoutMs: timings.connectMs,
      }),
      stats,
      ended: new AbortController(),
      options,
      credential: apiKey === undefined ? { kind: "none" } : { kind: "key", value: apiKey },
      serverName: "",
      attempt: Promise.resolve(),
    };
    return opened;
  }

  /** From nothing to connected; also after a loss, when the version, the login or the endpoint may be others. */
  async function establish(opened: Session, signal: AbortSignal): Promise<void> {
    const { http, options } = opened;
    const started = performance.now();
    opened.version = await readVersion(http, signal).catch((error: unknown) => {
      throw statusOf(error) === 404 ? notLangflow(http.base) : error;
    });
    const latencyMs = Math.round(performance.now() - started);
    if (options.apiKey === undefined) opened.credential = await autoLogin(http, signal);
    await checkCredential(http, signal);
    await registerOurs(opened, signal);
    if (session !== opened) return;
    const time = now().toISOString();
    const { problem: _problem, registration: _old, ...rest } = status;
    status = {
      ...rest,
      state: "connected",
      version: opened.version.text,
      latencyMs,
      lastHeartbeat: time,
      connectedSince: time,
      warnings: warningsOf(opened, deps.endpoint()),
      ...(opened.registration && { registration: opened.registration }),
    };
    show({});
    schedule(opened, timings.heartbeatMs, 0);
  }

  async function registerOurs(opened: Session, signal: AbortSignal): Promise<void> {
    const endpoint = deps.endpoint();
    if (!endpoint) return remember(opened);
    const kept = await deps.store.read();
    const keptName = kept?.url === opened.http.base ? kept.serverName : undefined;
    if (!endpoint.owner) {
      // The first window of these folders has registered them; flows run with its name.
      opened.serverName = keptName ?? "";
      delete opened.registration;
      return remember(opened);
    }
    opened.registration = await register({
      http: opened.http,
      workspace: deps.workspace,
      endpoint,
      keptName,
      signal,
    });
    opened.serverName = opened.registration.name;
    opened.sentToken = endpoint.token;
    await remember(opened);
  }

  async function remember(opened: Session): Promise<void> {
    if (session !== opened) return;
    const { http, serverName, options } = opened;
    const { keyFile } = options;
    await deps.connected({ url: http.base, serverName, ...(keyFile !== undefined && { keyFile }) });
  }

  async function renewRegistration(opened: Session, signal: AbortSignal): Promise<void> {
    await registerOurs(opened, signal);
    if (session !== opened) return;
    const { registration: _old, ...rest } = status;
    status = { ...rest, ...(opened.registration && { registration: opened.registration }) };
    show({ warnings: warningsOf(opened, deps.endpoint()) });
  }

  function schedule(opened: Session, ms: number, attempt: number): void {
    clearTimeout(timer);
    if (session !== opened) return;
    timer = setTimeout(() => void sendHeartbeat(opened, attempt), ms);
    timer.unref();
  }

  /** One heartbeat or, after a loss, one attempt to come back. Never rejects. */
  async function sendHeartbeat(opened: Session, attempt: number): Promise<void> {
    const { signal } = opened.ended;
    try {
      if (status.state === "connected") await heartbeat(opened, signal);
      else await establish(opened, signal);
    } catch (error) {
      if (session !== opened) return;
      log.warn("langflow.heartbeat", { attempt, ...describeError(error) });
      const wait = timings.backoffMs[attempt];
      if (wait === undefined || statusOf(error) === 401 || statusOf(error) === 403) {
        fail(error);
        return schedule(opened, timings.heartbeatMs, timings.backoffMs.length);
      }
      show({ state: "reconnecting", problem: problemOf(error) });
      schedule(opened, wait, attempt + 1);
    }
  }

  async function heartbeat(opened: Session, signal: AbortSignal): Promise<void> {
    const started = performance.now();
    const version = await readVersion(opened.http, signal);
    const latencyMs = Math.round(performance.now() - started);
    if (version.text !== opened.version?.text) return establish(opened, signal);
    if (!(await stillRegistered(opened, signal))) await renewRegistration(opened, signal);
    if (session !== opened) return;
    show({ latencyMs, lastHeartbeat: now().toISOString() });
    schedule(opened, timings.heartbeatMs, 0);
  }

  async function stillRegistered(opened: Session, signal: AbortSignal): Promise<boolean> {
    const endpoint = deps.endpoint();
    if (!endpoint?.owner) return true;
    const { http, serverName, registration, sentToken } = opened;
    if (registration?.state !== "verified" || sentToken !== endpoint.token) return false;
    return isRegistered({ http, workspace: deps.workspace, endpoint, keptName: serverName, signal });
  }

  function fail(error: unknown): void {
    show({ state: "failed", problem: problemOf(error) });
  }

  async function close(): Promise<void> {
    clearTimeout(timer);
    const ending = session;
    session = undefined;
    if (!ending) return;
    ending.ended.abort();
    ending.stats.dispose();
    status = { state: "off", warnings: [] };
    show({});
    await ending.http.close();
  }

  function tryUse(): OpenLink | undefined {
    if (!session?.version) return undefined;
    return { http: session.http, version: session.version, serverName: session.serverName };
  }

  return {
    timings,
    status: view,
    onStatus(listener) {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
    connect,
    async endpointChanged() {
      const opened = session;
      if (!opened?.version) return;
      await renewRegistration(opened, opened.ended.signal);
    },
    tryUse,
    async use() {
      await session?.attempt;
      const opened = tryUse();
      if (opened) return opened;
      const { problem } = view();
      throw problem
        ? new ToolError("NOT_READY", `Langflow is not connected. ${problem.message}`, problem.remedy)
        : new ToolError(
            "NOT_READY",
            "Langflow is not connected.",
            'Connect first: "Langflow Connect: Connect to Langflow" in VS Code, or langflow-connect langflow connect --url URL.',
          );
    },
    close,
  };
}

function warningsOf(opened: Session, endpoint: Endpoint | undefined): readonly string[] {
  const warnings = [...(opened.version ? versionWarnings(opened.version) : [])];
  const { base } = opened.http;
  if (base.startsWith("http:") && !isLoopback(base) && opened.credential.kind !== "none") {
    warnings.push(`The key goes to ${new URL(base).host} unencrypted: use https, or a tunnel.`);
  }
  if (endpoint && !endpoint.owner) {
    warnings.push(
      "Another window on the same folders has the registration in Langflow; it is taken over when that ends.",
    );
  }
  return warnings;
}

function problemOf(error: unknown): { message: string; remedy: string } {
  if (error instanceof ToolError) return { message: error.message, remedy: error.remedy };
  return { message: "Internal error of the link to Langflow.", remedy: "See the log for the cause." };
}

function notLangflow(base: string): ToolError {
  return new ToolError(
    "NOT_READY",
    `${base} is not a Langflow server.`,
    "Check the address: it is the one that Langflow's page opens at, such as http://127.0.0.1:7860.",
  );
}
