import { ToolError } from "../platform/errors.ts";
import { isLoopback } from "../platform/network.ts";
import type { Network } from "../platform/network.ts";
import type { Login } from "./client/auth.ts";
import { createAuthenticatedHttp } from "./client/authenticated.ts";
import type { AuthenticatedHttp } from "./client/authenticated.ts";
import { statusOf } from "../platform/http.ts";
import { readVersion } from "./client/version.ts";
import type { LangflowVersion } from "./client/version.ts";
import { createExchangeStats } from "./exchangeStats.ts";
import type { ExchangeStats } from "./exchangeStats.ts";
import { versionWarnings } from "./knownVulnerabilities.ts";
import { rememberLink } from "./linkStore.ts";
import type { LinkStore } from "./linkStore.ts";
import { isRegistered, register } from "./registration.ts";
import type { Endpoint, Registration, WorkspaceIdentity } from "./registration.ts";

export interface SessionDeps {
  readonly workspace: WorkspaceIdentity;
  /** Undefined while nothing listens. */
  endpoint(): Endpoint | undefined;
  readonly store: LinkStore;
  readonly network: Network;
  readonly timings: {
    readonly slowMs: number;
    readonly requestMs: number;
    readonly connectMs: number;
    readonly countMs: number;
  };
  /** "slow" began or ended. */
  changed(): void;
}

export interface SessionOptions extends Login {
  /** Base URL of Langflow. */
  readonly base: string;
  readonly keyFile?: string;
}

/** One Langflow, from the first attempt to connect until the link leaves it. */
export class Session {
  readonly http: AuthenticatedHttp;
  readonly stats: ExchangeStats;
  /** Undefined before the first answer. */
  version: LangflowVersion | undefined;
  registration: Registration | undefined;
  /** Our name among Langflow's MCP servers; "" while another window has the registration. */
  serverName = "";
  /** The attempt to connect that is under way, or the last one; never rejects. */
  attempt: Promise<unknown> = Promise.resolve();
  readonly #deps: SessionDeps;
  readonly #options: SessionOptions;
  readonly #ended = new AbortController();
  /** The token that Langflow last got: what it keeps of it is masked. */
  #sentToken: string | undefined;
  /** The endpoint that Langflow did not let us register. */
  #lockedOut: Endpoint | undefined;

  constructor(options: SessionOptions, deps: SessionDeps) {
    const { base, keyFile: _keyFile, ...login } = options;
    const { slowMs, requestMs, connectMs } = deps.timings;
    this.#deps = deps;
    this.#options = options;
    this.stats = createExchangeStats({
      slowMs,
      changed: () => {
        deps.changed();
      },
    });
    const timeouts = { timeoutMs: requestMs, connectTimeoutMs: connectMs };
    this.http = createAuthenticatedHttp({ base, network: deps.network, observer: this.stats, ...timeouts }, login);
  }

  /** Aborted once the link has left: a late answer of this session changes nothing any more. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  async ping(signal: AbortSignal): Promise<{ version: LangflowVersion; latencyMs: number }> {
    const started = performance.now();
    const version = await readVersion(this.http, signal);
    return { version, latencyMs: Math.round(performance.now() - started) };
  }

  /**
   * From nothing to connected; also after a loss, when the version, the login or the endpoint may be others.
   * Returns the latency in milliseconds.
   */
  async establish(signal: AbortSignal): Promise<number> {
    const { version, latencyMs } = await this.ping(signal).catch((error: unknown) => {
      throw statusOf(error) === 404 ? notLangflow(this.http.base) : error;
    });
    this.version = version;
    await this.http.logIn(signal);
    await this.register(signal);
    return latencyMs;
  }

  /** Writes our endpoint into Langflow, or finds the name under which another window of these folders did. */
  async register(signal: AbortSignal): Promise<void> {
    const { workspace, store, timings } = this.#deps;
    const { countMs } = timings;
    const endpoint = this.#deps.endpoint();
    if (endpoint) {
      const kept = await store.read();
      const keptName = kept?.url === this.http.base ? kept.serverName : undefined;
      const registered = endpoint.owner
        ? await register({ http: this.http, workspace, endpoint, keptName, countMs, signal })
        : undefined;
      this.registration = registered?.registration;
      this.#lockedOut = registered?.isLocked ? endpoint : undefined;
      this.serverName = this.registration?.name ?? keptName ?? "";
      if (endpoint.owner) this.#sentToken = endpoint.token;
    }
    // Without an endpoint the link serves one command, and the next start has nothing to come back to.
    if (this.ended.aborted || !endpoint) return;
    await rememberLink(store, {
      url: this.http.base,
      keyFile: this.#options.keyFile,
      user: this.#options.user?.name,
      serverName: this.serverName === "" ? undefined : this.serverName,
    });
  }

  async isStillRegistered(signal: AbortSignal): Promise<boolean> {
    const endpoint = this.#deps.endpoint();
    if (!endpoint?.owner) return true;
    const { url, token } = this.#lockedOut ?? {};
    // It would be refused again; another login is another session.
    if (this.registration?.state === "missing" && url === endpoint.url && token === endpoint.token) return true;
    if (this.registration?.state !== "verified" || this.#sentToken !== endpoint.token) return false;
    const { workspace } = this.#deps;
    return isRegistered({ http: this.http, workspace, endpoint, keptName: this.serverName, signal });
  }

  warnings(): readonly string[] {
    const warnings = [...(this.version ? versionWarnings(this.version) : [])];
    const { base } = this.http;
    if (base.startsWith("http:") && !isLoopback(base) && this.http.hasCredential()) {
      warnings.push(`The key or password goes to ${new URL(base).host} unencrypted: use https, or a tunnel.`);
    }
    if (this.#deps.endpoint()?.owner === false) {
      warnings.push(
        "Another window on the same folders has the registration in Langflow; it is taken over when that ends.",
      );
    }
    return warnings;
  }

  /** The registration in Langflow stays. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.stats.dispose();
    await this.http.close();
  }
}

function notLangflow(base: string): ToolError {
  return new ToolError(
    "NOT_READY",
    `${base} is not a Langflow server.`,
    "Check the address: it is the one that Langflow's page opens at, such as http://127.0.0.1:7860.",
  );
}
