/** State of the link to one Langflow server. */
export type LinkState = "off" | "connecting" | "connected" | "slow" | "reconnecting" | "failed";

/** What the status bar and the panel show of Langflow; the status bar is a pure function of this and the server state. */
export interface LinkStatus {
  readonly state: LinkState;
  /** Base URL, without credentials. */
  readonly url?: string;
  readonly version?: string;
  /** Round trip of the last heartbeat, milliseconds. */
  readonly latencyMs?: number;
  /** ISO times. */
  readonly lastHeartbeat?: string;
  readonly connectedSince?: string;
  /** Failed requests / all requests of the last 100, 0 to 1. */
  readonly errorRate?: number;
  /** One sentence and what to do, when the state is not "connected" or "off". */
  readonly problem?: { readonly message: string; readonly remedy: string };
  /** Known holes of an old version, an unreachable endpoint and the like. */
  readonly warnings: readonly string[];
  readonly registration?: {
    readonly name: string;
    readonly state: "verified" | "unreachable" | "missing";
    /** Tools that Langflow itself counts at our endpoint. */
    readonly tools?: number;
    readonly problem?: string;
  };
}

/** One finished tool call or flow run, as the panel's activity list shows it. */
export interface Activity {
  readonly id: string;
  readonly kind: "tool" | "run";
  readonly name: string;
  readonly client: string;
  /** ISO time. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** "ok" or an error code. */
  readonly outcome: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** US dollars; absent when the model or its price is not known. */
  readonly cost?: number;
}

/** Why nothing runs here. */
export type OffReason = "noFolder" | "virtual" | "untrusted";

/** State of the server process, as the window that started it sees it. */
export type ServerState =
  | { readonly state: "off"; readonly reason: OffReason }
  | { readonly state: "starting" }
  | { readonly state: "running" }
  | { readonly state: "restarting"; readonly reason: string }
  | { readonly state: "stopped"; readonly reason: string };

/** The endpoint of a running server. The token travels apart, in `EndpointMessage`. */
export interface EndpointStatus {
  readonly url: string;
  /** Tools in the default list. */
  readonly tools: number;
  /** ISO time. */
  readonly startedAt: string;
  /** This window holds the remembered port and the registration in Langflow; another one does when false. */
  readonly owner: boolean;
}

/** The one message that the status bar is a pure function of. */
export interface WindowStatus {
  readonly server: ServerState;
  readonly endpoint?: EndpointStatus;
  readonly link: LinkStatus;
}

export const linkOff: LinkStatus = { state: "off", warnings: [] };
