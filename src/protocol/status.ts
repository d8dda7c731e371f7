import { z } from "zod";

/** State of the link to one Langflow server. */
export const LinkState = z.enum(["off", "connecting", "connected", "slow", "reconnecting", "failed"]);
export type LinkState = z.output<typeof LinkState>;

const Problem = z.object({ message: z.string(), remedy: z.string() }).readonly();

const Registration = z
  .object({
    name: z.string(),
    state: z.enum(["verified", "unreachable", "missing", "unchecked"]),
    tools: z.int().exactOptional().describe("Tools that Langflow itself counts at our endpoint"),
    problem: z.string().exactOptional(),
  })
  .readonly();

/** What the status bar and the panel show of Langflow; the status bar is a pure function of this and the server state. */
export const LinkStatus = z
  .object({
    state: LinkState,
    url: z.string().exactOptional().describe("Base URL, without credentials"),
    version: z.string().exactOptional(),
    latencyMs: z.number().exactOptional().describe("Round trip of the last heartbeat, milliseconds"),
    lastHeartbeat: z.string().exactOptional().describe("ISO time"),
    connectedSince: z.string().exactOptional().describe("ISO time"),
    errorRate: z.number().exactOptional().describe("Failed requests / all requests of the last 100, 0 to 1"),
    problem: Problem.exactOptional().describe("What happened and what to do, when the state is not connected or off"),
    warnings: z
      .array(z.string())
      .readonly()
      .describe("Known vulnerabilities of an old version, an unreachable endpoint and the like"),
    registration: Registration.exactOptional(),
  })
  .readonly();
export type LinkStatus = z.output<typeof LinkStatus>;

/** One finished tool call or flow run, as the panel's activity list shows it. */
export const Activity = z
  .object({
    id: z.string(),
    kind: z.enum(["tool", "run"]),
    name: z.string(),
    client: z.string(),
    startedAt: z.string().describe("ISO time"),
    durationMs: z.number(),
    outcome: z.string().describe("ok, or an error code"),
    inputTokens: z.int().exactOptional(),
    outputTokens: z.int().exactOptional(),
    cost: z.number().exactOptional().describe("US dollars; absent when the model or its price is not known"),
  })
  .readonly();
export type Activity = z.output<typeof Activity>;

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
  /** This window has the remembered port and the registration in Langflow; another one does when false. */
  readonly owner: boolean;
}

/** The one message that the status bar is a pure function of. */
export interface WindowStatus {
  readonly server: ServerState;
  readonly endpoint?: EndpointStatus;
  readonly link: LinkStatus;
}
