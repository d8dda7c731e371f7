import { randomUUID } from "node:crypto";
import { ToolError, cancelled } from "../../platform/errors.ts";
import { createGarbageCollector } from "../../platform/garbage.ts";
import { timeOrderedId } from "../../platform/ids.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { collectNotSent } from "../../platform/notSent.ts";
import { redactedJson } from "../../platform/redact.ts";
import { createTracing } from "../../platform/tracing.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { TraceContext } from "../../../protocol/traceContext.ts";
import type { Caller, ListingRecord, Progress, ToolAnswer, ToolCallRecord } from "../../platform/call.ts";
import type { CallContext, Services } from "./context.ts";
import type { Tool } from "./defineTool.ts";
import type { Jobs } from "./jobs.ts";
import type { ToolRegistry } from "./registry.ts";

export interface ToolCall {
  readonly name: string;
  readonly args: unknown;
  readonly caller: Caller;
  readonly signal: AbortSignal;
  onProgress?(progress: Progress): void;
}

export interface ToolResult {
  readonly isError: boolean;
  /** Compact JSON: the tool's answer, or `{"error":{code,message,remedy,…}}`. */
  readonly text: string;
  /** MCP content blocks that stand in for the text, such as pictures. No tool of ours makes any yet. */
  readonly content?: readonly ContentBlock[];
}

export type ContentBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly data: string; readonly mimeType: string }
  | {
      readonly type: "resource";
      readonly resource: { readonly uri: string; readonly mimeType: string; readonly text: string };
    };

/** A call whose tool and arguments are known. */
export interface CheckedCall {
  readonly tool: Tool;
  readonly arguments: ToolAnswer;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/** Stands before each call: lets it pass, or refuses it with a `ToolError`. */
export type CallPolicy = (call: CheckedCall) => Promise<void> | void;

/** Gets each finished call, refused ones included, before the caller gets its answer. */
export type CallObserver = (record: ToolCallRecord) => Promise<void> | void;

export interface ToolRunner {
  readonly registry: ToolRegistry;
  run(call: ToolCall): Promise<ToolResult>;
  /** A client got these tools, without naming toolsets. */
  listed(tools: readonly object[], caller: Caller): void;
  /** The ledger row of a call that its face refused before it came here; no name when it could not be read. */
  refused(call: { readonly name?: string; readonly caller: Caller }): Promise<void>;
}

export interface RunnerDeps {
  readonly registry: ToolRegistry;
  /** Each tool gets those that it needs; the registry offers no tool whose services are not here. */
  readonly services: Partial<Services> & { readonly jobs: Jobs };
  /** What a call about something beside the workspace gets instead, by its arguments; undefined for a call about the workspace. */
  servicesFor?(args: ToolAnswer): Promise<Partial<Services> | undefined>;
  readonly log: Logger;
  /** In their order; the first that refuses decides. */
  readonly policies?: readonly CallPolicy[];
  /** One after the other, in their order. */
  readonly observers?: readonly CallObserver[];
  /** Gets each default list of tools that a client asked for. */
  observeListing?(record: ListingRecord): void;
  /** Removes the folders of this machine from words for the client. */
  displayText?(text: string): string;
  readonly tracing?: Tracing;
  /** The span of a flow's run, for the calls that name it. */
  traceOfRun?(flowRun: string): TraceContext | undefined;
  now(): Date;
}

type Arrival = Pick<CallContext, "callId" | "arrivedAt">;

const defaultWaitSeconds = 60;

/** Fields with words of compilers and of ours; the others are texts of files, which stay as they are. */
const wordedFields = new Set(["message", "reason", "remedy", "title", "signature", "type"]);

/**
 * Runs one tool call from any face: checks the arguments, runs the handler, turns a long call into a job, and writes
 * exactly one ledger row with any outcome.
 */
export function createToolRunner(deps: RunnerDeps): ToolRunner {
  const { registry, services, log, policies = [], observers = [], tracing = createTracing() } = deps;

  const garbage = createGarbageCollector();
  const display = (field: string, text: string) =>
    wordedFields.has(field) && deps.displayText ? deps.displayText(text) : text;

  async function observe(record: ToolCallRecord): Promise<void> {
    for (const observer of observers) await observer(record);
  }

  async function run(given: ToolCall): Promise<ToolResult> {
    const call = { ...given, ...registry.find(given.name)?.redirect?.(given.args) };
    const { name, caller } = call;
    const tool = registry.find(name) ? name : "(unknown)";
    const attributes = { "mcp.method.name": "tools/call", "gen_ai.tool.name": tool, "lfc.client": caller.client };
    const parent = caller.flowRun === undefined ? undefined : deps.traceOfRun?.(caller.flowRun);
    return tracing.span({ name: `tools/call ${tool}`, kind: "server", attributes, parent }, async ({ set, fail }) => {
      const { id, code, result } = await recorded(call, tool);
      set({ "lfc.call.id": id });
      if (code !== "ok") fail(code);
      return result;
    });
  }

  async function recorded(call: ToolCall, tool: string) {
    const startedAt = deps.now();
    const id = timeOrderedId(startedAt);
    const { value: outcome, notSent } = await collectNotSent(() => settle(call, { callId: id, arrivedAt: startedAt }));
    const text = redactedJson(outcome.answer, display);
    await observe({
      id,
      tool,
      caller: call.caller,
      startedAt,
      durationMs: deps.now().getTime() - startedAt.getTime(),
      outcome: outcome.code,
      inputText: JSON.stringify(call.args === undefined ? {} : call.args),
      outputText: text,
      notSent,
    });
    garbage.workEnded();
    return { id, code: outcome.code, result: { isError: outcome.code !== "ok", text } };
  }

  async function settle(call: ToolCall, arrival: Arrival): Promise<{ code: string; answer: ToolAnswer }> {
    try {
      return { code: "ok", answer: await answer(call, arrival) };
    } catch (error) {
      const failure = call.signal.aborted && !(error instanceof ToolError) ? cancelled() : error;
      if (failure instanceof ToolError) return { code: failure.code, answer: errorAnswer(failure) };
      const id = randomUUID().slice(0, 8);
      log.error("tool.internal", { id, tool: call.name, ...describeError(error) });
      const internal = new ToolError(
        "INTERNAL",
        `Internal error (reference ${id}).`,
        "Try again; if it keeps failing, report it with the log lines of this reference.",
      );
      return { code: internal.code, answer: errorAnswer(internal) };
    }
  }

  async function answer(call: ToolCall, arrival: Arrival): Promise<ToolAnswer> {
    const tool = registry.find(call.name);
    if (!tool) throw registry.missing(call.name);
    const { caller } = call;
    const bound = tool.bind(call.args === undefined ? {} : call.args);
    if (!bound.ok) throw bound.error;
    const checked = { tool, arguments: bound.arguments, caller, signal: call.signal };
    for (const policy of policies) await policy(checked);
    const start = async (signal: AbortSignal, progress: (progress: Progress) => void) => {
      const own = (await deps.servicesFor?.(bound.arguments)) ?? services;
      return bound.run({ log, signal, caller, ...arrival, progress }, own);
    };
    const onProgress = (progress: Progress) => call.onProgress?.(progress);
    if (!tool.long) return start(call.signal, onProgress);
    const wait = typeof bound.arguments["wait"] === "number" ? bound.arguments["wait"] : defaultWaitSeconds;
    return services.jobs.runOrHandOver({
      tool: tool.name,
      waitMs: wait * 1000,
      signal: call.signal,
      onProgress,
      start,
    });
  }

  function refused({ name, caller }: { name?: string; caller: Caller }): Promise<void> {
    const known = name !== undefined && registry.find(name) !== undefined;
    const startedAt = deps.now();
    return observe({
      id: timeOrderedId(startedAt),
      tool: name === undefined ? "(unreadable)" : known ? name : "(unknown)",
      caller,
      startedAt,
      durationMs: 0,
      outcome: "INVALID_ARGUMENT",
      inputText: "",
      outputText: "",
    });
  }

  function listed(tools: readonly object[], caller: Caller): void {
    const at = deps.now();
    deps.observeListing?.({ id: timeOrderedId(at), at, caller, tools });
  }

  return { registry, run, listed, refused };
}

export function errorAnswer(error: ToolError): ToolAnswer {
  return { error: { code: error.code, message: error.message, remedy: error.remedy, ...error.details } };
}
