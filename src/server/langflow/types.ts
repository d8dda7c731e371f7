import type { FlowDiff, FlowFacts, PushResult, RunResult, TraceFacts } from "../../protocol/flows.ts";
import type { ResultOf } from "../../protocol/operations.ts";
import type { LinkStatus } from "../../protocol/status.ts";

export type {
  Finding,
  FlowDiff,
  FlowFacts,
  ModelUsage,
  PushResult,
  RunResult,
  RunUsage,
  TraceFacts,
} from "../../protocol/flows.ts";

export interface ConnectOptions {
  /** Base URL of Langflow, such as http://127.0.0.1:7860. */
  readonly url: string;
  /** API key; without one Langflow's auto-login is tried. Kept in memory only, never logged, never in a URL. */
  readonly apiKey?: string;
  /** Where the key was read from, remembered so that a headless server can read it again. */
  readonly keyFile?: string;
  readonly signal: AbortSignal;
}

/** A link as the data folder keeps it: enough to connect again, no secret. */
export interface RememberedLink {
  readonly url: string;
  readonly keyFile?: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** The link of this workspace to one Langflow server. Failures are ToolErrors with a remedy. */
export interface LangflowLink {
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): { dispose(): void };
  /** After a failure the link goes on trying by itself until `disconnect`. */
  connect(options: ConnectOptions): Promise<LinkStatus>;
  /** The link of an earlier session of this workspace. */
  remembered(): Promise<RememberedLink | undefined>;
  /** The endpoint has another URL, token or owner: what Langflow keeps is updated. */
  endpointChanged(): Promise<void>;
  /**
   * Removes our registration from Langflow, forgets the link and renews the token; flows stay. Only closes the link
   * while another window has the registration: `removed` is false then.
   */
  disconnect(): Promise<ResultOf<"link.disconnect">>;
  flows(signal: AbortSignal): Promise<readonly FlowFacts[]>;
  /** Refuses with CONFLICT over a change made in Langflow unless `overwrite`. */
  push(template: string, options: { overwrite: boolean; signal: AbortSignal }): Promise<PushResult>;
  /** By id, by name, or by the name of a pushed template. */
  run(flow: string, options: RunOptions): Promise<RunResult>;
  /** The flow as Langflow exports it, without keys and tokens. */
  pull(flow: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  diff(template: string, signal: AbortSignal): Promise<FlowDiff>;
  traces(flow: string, signal: AbortSignal): Promise<readonly TraceFacts[]>;
  /** Stops the heartbeat; the registration stays for the next start. */
  dispose(): Promise<void>;
}

/** The endpoint that Langflow calls. */
export interface Endpoint {
  /** `…/mcp` as Langflow reaches it: the advertised URL when one is set. */
  readonly url: string;
  readonly token: string;
  /** False in a second window on the same folders: the first one has the registration. */
  readonly owner: boolean;
}
