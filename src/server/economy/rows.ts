import type { ModelUsage, RunUsage } from "../../protocol/flows.ts";
import type { FlowRunRecord, ListingRecord, ModelCallRecord, Principal, ToolCallRecord } from "../platform/call.ts";
import { callFigures } from "./callFigures.ts";
import { noHead } from "../platform/gitHead.ts";
import type { GitHead } from "../platform/gitHead.ts";
import { redactSecrets } from "../platform/redact.ts";

/** A call as it goes to the store: no argument and no answer, only how long they are. */
export interface CallRow {
  readonly id: string;
  readonly at: number;
  readonly durationMs: number;
  readonly tool: string;
  readonly face: string;
  readonly client: string;
  readonly principal: Principal;
  readonly outcome: string;
  readonly head: GitHead;
  /** The flow run that the call is part of, where Langflow says which. */
  readonly runId?: string;
  /** In the order of `callFigures`. */
  readonly figures: readonly number[];
}

/** A list of tools that a client got without naming toolsets. */
export interface ListingRow {
  readonly id: string;
  readonly at: number;
  readonly client: string;
  readonly principal: Principal;
  readonly tools: number;
  readonly tokens: number;
}

/** An answer of a model that is no part of a run. */
export interface ModelCallRow {
  readonly id: string;
  readonly at: number;
  readonly model: string;
  readonly principal: Principal;
  readonly head: GitHead;
  readonly inputTokens?: number;
  /** Of a model that writes. */
  readonly outputTokens?: number;
}

export interface RunRow {
  readonly id: string;
  readonly principal: Principal;
  readonly at: number;
  readonly durationMs: number;
  readonly flowId: string;
  readonly flowName: string;
  readonly server: string;
  readonly outcome: string;
  readonly head: GitHead;
  /** Of its trace in Langflow, once known. */
  readonly traceId?: string;
  /** Of a run that somebody else started, which is in the ledger for its trace: the session that Langflow ran it in. */
  readonly sessionOfOther?: string;
  /** Why there is no usage, or not all of it. */
  readonly unreported?: string;
  readonly uses: readonly RunUse[];
}

/** What a component of a run used of a model, in all and by call: prices depend on the size of a call. */
export interface RunUse extends ModelUsage {
  readonly component: string;
  readonly calls: readonly ModelUsage[];
}

export function callRow(record: ToolCallRecord, head: GitHead): CallRow {
  return {
    id: record.id,
    at: record.startedAt.getTime(),
    durationMs: record.durationMs,
    tool: record.tool,
    face: record.caller.face,
    client: label(record.caller.client),
    principal: record.caller.principal,
    outcome: record.outcome,
    head,
    ...(record.caller.flowRun !== undefined && { runId: record.caller.flowRun }),
    figures: callFigures.map((figure) => figure.of(record)),
  };
}

export function listingRow({ id, at, caller, tools }: ListingRecord, tokens: number): ListingRow {
  const { client, principal } = caller;
  return { id, at: at.getTime(), client: label(client), principal, tools: tools.length, tokens };
}

export function modelCallRow(record: ModelCallRecord, principal: Principal, head: GitHead): ModelCallRow {
  const { id, model, startedAt, inputTokens, outputTokens } = record;
  const row = { id, at: startedAt.getTime(), model: label(model), principal, head };
  return {
    ...row,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}

/** Of a run that somebody else started, nobody knows what was checked out. */
export function runRow({ usage, ...record }: FlowRunRecord, principal: Principal, head: GitHead = noHead): RunRow {
  return {
    id: record.id,
    principal,
    at: record.startedAt.getTime(),
    durationMs: record.durationMs,
    flowId: record.flowId,
    flowName: label(record.flowName),
    server: withoutCredentials(record.server),
    outcome: record.outcome,
    head: record.sessionOfOther === undefined ? (record.head ?? head) : noHead,
    ...(record.traceId !== undefined && { traceId: record.traceId }),
    ...(record.sessionOfOther !== undefined && { sessionOfOther: record.sessionOfOther }),
    uses: usage.reported ? usesOf(usage.models) : [],
    ...unreportedOf(usage),
  };
}

function unreportedOf(usage: RunUsage): Pick<RunRow, "unreported"> {
  const reason = usage.reported ? usage.missing : usage.reason;
  return reason === undefined ? {} : { unreported: label(reason) };
}

/** Names come from outside: one short line, and no secret that somebody put there. */
export function label(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, " ");
  return redactSecrets(line).slice(0, 120);
}

/** An address as the ledger has it. */
export function withoutCredentials(server: string): string {
  try {
    const { origin, pathname } = new URL(server);
    return `${origin}${pathname}`;
  } catch {
    return "";
  }
}

/** A component that calls one model several times reports it several times. */
function usesOf(models: readonly ModelUsage[]): readonly RunUse[] {
  const keyOf = ({ component = "", model }: ModelUsage) => JSON.stringify([label(component), label(model)]);
  return [...Map.groupBy(models, keyOf).values()].map((calls) => ({
    component: label(calls[0]?.component ?? ""),
    model: label(calls[0]?.model ?? ""),
    calls,
    inputTokens: calls.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: calls.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    ...totalIfReported("cacheRead", calls),
    ...totalIfReported("cacheWrite", calls),
    ...totalIfReported("reasoning", calls),
    ...totalIfReported("audio", calls),
  }));
}

function totalIfReported(kind: "cacheRead" | "cacheWrite" | "reasoning" | "audio", uses: readonly ModelUsage[]) {
  const reported = uses.flatMap((use) => use[kind] ?? []);
  return reported.length === 0 ? {} : { [kind]: reported.reduce((sum, tokens) => sum + tokens, 0) };
}
