import type { ApplyEditsAnswer, ApplyEditsParams } from "./edits.ts";
import type { EditorModelAnswer, EditorModelQuestion } from "./editorModel.ts";
import type { OperationName } from "./operations.ts";
import type { Settings } from "./settings.ts";
import type { Activity } from "./status.ts";
import type { WindowSpan } from "./traceContext.ts";
import type { TopicMessage } from "./topics.ts";

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
  /** Of a conflict: the fingerprint of the state that would be lost, to allow just that. */
  readonly reviewed?: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

export interface FromWindow {
  /** The window wants the progress: `progress` messages carry the token. Made by the window, for one request. */
  readonly progressToken?: string;
  /** Of the command that asks. */
  readonly traceparent?: string;
}

export interface ToolCallParams extends FromWindow {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface OperationParams extends FromWindow {
  readonly name: OperationName;
  readonly params: unknown;
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
  /** Any of `operations.ts`, whose answer has that operation's type. Cancelled by cancelling the request. */
  operation: request<OperationParams, Answer<unknown>>("operation"),
  settings: request<Settings, null>("settings"),
  span: request<WindowSpan, null>("span"),
} as const;

/** Server → extension, with an answer. */
export const editorRequests = {
  applyEdits: request<ApplyEditsParams, ApplyEditsAnswer>("applyEdits"),
  drain: request<null, null>("drain"),
  /** Ended by cancelling the request. */
  askModel: request<EditorModelQuestion, EditorModelAnswer>("askModel"),
} as const;

/** Server → extension, without an answer. */
export const serverMessages = {
  topic: "langflowConnect/topic",
  activity: "langflowConnect/activity",
  progress: "langflowConnect/progress",
} as const;

export interface ServerMessages {
  readonly topic: TopicMessage;
  readonly activity: Activity;
  readonly progress: { readonly token: string; readonly message: string };
}
