import { z } from "zod";
import type { Activity, EndpointStatus, LinkStatus } from "./status.ts";
import { settingsSchema } from "./settings.ts";

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

export const InitializationOptions = z.object({
  /** The token that SecretStorage kept; the token file wins when it holds another one. */
  token: z.string().startsWith("lfc_").optional().catch(undefined),
  settings: settingsSchema,
});
export type InitializationOptions = z.input<typeof InitializationOptions>;

/** Failures cross as values: the sentence and the remedy are shown to the user as they are. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export interface EndpointMessage extends EndpointStatus {
  readonly token: string;
  readonly tokenFile: string;
}

export interface ToolCallParams {
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
} as const;

/** Server → extension, without an answer. */
export const serverMessages = {
  endpoint: "langflowConnect/endpoint",
  link: "langflowConnect/link",
  activity: "langflowConnect/activity",
} as const;

export interface ServerMessages {
  readonly endpoint: EndpointMessage;
  readonly link: LinkStatus;
  readonly activity: Activity;
}
