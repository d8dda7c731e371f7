import type { ModelUsage, RunUsage } from "../../protocol/flows.ts";
import type { FlowRunRecord, Principal, ToolCallRecord } from "../platform/call.ts";
import { callFigures } from "./callFigures.ts";
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
  /** In the order of `callFigures`. */
  readonly figures: readonly number[];
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
  /** Why there is no usage, or not all of it. */
  readonly unreported?: string;
  readonly models: readonly UsedModel[];
}

/** A model's tokens in a run, in all and of each call: prices depend on the size of a call. */
export interface UsedModel extends ModelUsage {
  readonly calls: readonly ModelUsage[];
}

export function callRow(record: ToolCallRecord): CallRow {
  return {
    id: record.id,
    at: record.startedAt.getTime(),
    durationMs: record.durationMs,
    tool: record.tool,
    face: record.caller.face,
    client: label(record.caller.client),
    principal: record.caller.principal,
    outcome: record.outcome,
    figures: callFigures.map((figure) => figure.of(record)),
  };
}

export function runRow({ usage, ...record }: FlowRunRecord, principal: Principal): RunRow {
  return {
    id: record.id,
    principal,
    at: record.startedAt.getTime(),
    durationMs: record.durationMs,
    flowId: record.flowId,
    flowName: label(record.flowName),
    server: withoutCredentials(record.server),
    outcome: record.outcome,
    models: usage.reported ? oncePerModel(usage.models) : [],
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

function withoutCredentials(server: string): string {
  try {
    const { origin, pathname } = new URL(server);
    return `${origin}${pathname}`;
  } catch {
    return "";
  }
}

/** A run that calls one model several times reports it several times. */
function oncePerModel(models: readonly ModelUsage[]): readonly UsedModel[] {
  return [...Map.groupBy(models, ({ model }) => label(model))].map(([model, uses]) => ({
    model,
    calls: uses,
    inputTokens: uses.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    outputTokens: uses.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    ...totalIfReported("cacheRead", uses),
    ...totalIfReported("cacheWrite", uses),
    ...totalIfReported("reasoning", uses),
    ...totalIfReported("audio", uses),
  }));
}

function totalIfReported(kind: "cacheRead" | "cacheWrite" | "reasoning" | "audio", uses: readonly ModelUsage[]) {
  const reported = uses.flatMap((use) => use[kind] ?? []);
  return reported.length === 0 ? {} : { [kind]: reported.reduce((sum, tokens) => sum + tokens, 0) };
}
