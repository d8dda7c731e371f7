import type { LedgerSummary } from "./ledger.ts";
import type { ApplyEditsAnswer, ApplyEditsParams } from "./edits.ts";
import type { FlowFacts, PushResult, RunResult } from "./flows.ts";
import type { Settings } from "./settings.ts";
import type { Activity, EndpointStatus, LinkStatus } from "./status.ts";

/**
 * What the extension and its server say to each other besides the language server protocol. The channel is the
 * server's private IPC pipe: tokens and keys travel here and nowhere else.
 */
export interface RequestOf<Params, Result> {
  readonly method: string;
  /** Never there: carries the types only. */
  readonly types?: (params: Params) => Result;
}

function request<Params, Result>(method: string): RequestOf<Params, Result> {
  return { method: `langflowConnect/${method}` };
}

/** Failures cross as values: the sentence and the remedy are shown to the user as they are. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export interface EndpointMessage extends EndpointStatus {
  /** The address for Langflow: the advertised one when there is one. */
  readonly publicUrl: string;
  readonly token: string;
  readonly tokenFile: string;
}

export interface ConnectParams {
  /** Base URL of Langflow. */
  readonly url: string;
  /** Without one Langflow's auto-login is tried. */
  readonly apiKey?: string;
}

/** A request whose progress the window wants: `progress` messages carry the token. Made by the window, for one request. */
export interface WithProgress {
  readonly progressToken?: string;
}

export interface ToolCallParams extends WithProgress {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface ToolCallAnswer {
  readonly isError: boolean;
  /** JSON, as every client of the tool gets it. */
  readonly text: string;
}

/** Extension → server. */
export const serverRequests = {
  ping: request<null, null>("ping"),
  callTool: request<ToolCallParams, ToolCallAnswer>("callTool"),
  rotateToken: request<null, Answer<null>>("rotateToken"),
  settings: request<Settings, null>("settings"),
  activities: request<null, readonly Activity[]>("activities"),
  summary: request<{ readonly since: string }, Answer<LedgerSummary>>("summary"),
  connect: request<ConnectParams, Answer<LinkStatus>>("langflow/connect"),
  /** `removed` is false while another window holds the registration. */
  disconnect: request<null, Answer<{ readonly removed: boolean }>>("langflow/disconnect"),
  flows: request<null, Answer<readonly FlowFacts[]>>("langflow/flows"),
  push: request<{ readonly template: string; readonly overwrite: boolean }, Answer<PushResult>>("langflow/push"),
  /** Cancelled by cancelling the request. */
  run: request<WithProgress & { readonly flow: string }, Answer<RunResult>>("langflow/run"),
} as const;

/** Server → extension, with an answer. */
export const editorRequests = {
  applyEdits: request<ApplyEditsParams, ApplyEditsAnswer>("applyEdits"),
  drain: request<null, null>("drain"),
} as const;

/** Server → extension, without an answer. */
export const serverMessages = {
  endpoint: "langflowConnect/endpoint",
  link: "langflowConnect/link",
  activity: "langflowConnect/activity",
  progress: "langflowConnect/progress",
} as const;

export interface ServerMessages {
  readonly endpoint: EndpointMessage;
  readonly link: LinkStatus;
  readonly activity: Activity;
  readonly progress: { readonly token: string; readonly message: string };
}
