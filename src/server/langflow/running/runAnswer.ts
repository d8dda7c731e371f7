import type { FlowRunAnswer, FlowRunResult, LiveComponent, LiveRun } from "../../../protocol/flowRuns.ts";
import type { FlowFacts } from "../../../protocol/flows.ts";
import type { LedgerEntry } from "../../../protocol/ledger.ts";
import { sumDollars } from "../../../protocol/dollars.ts";

/** @param output The flow's answer, whole; null where it gave none. */
export function answerOf(run: LiveRun, output: string | null): FlowRunResult {
  const { run: id, flow, state, error = null, components, ms, session } = run;
  return {
    ...{ run: id, flow: flow.id, state, output, error },
    components: components.map(({ error: _error, ...component }) => component),
    ...{ ms: ms ?? 0, name: flow.name, session },
  };
}

/** Of a run that goes on in Langflow. */
export function begunAnswer(run: string, flow: FlowFacts): FlowRunAnswer {
  return { run, flow: flow.id, state: "running", output: null, error: null, components: [], ms: 0 };
}

/** The ledger knows components by their names alone: of two with one name it is not known which cost what. */
export function costsOf(
  components: readonly LiveComponent[],
  models: NonNullable<LedgerEntry["models"]>,
): readonly LiveComponent[] {
  return components.map((component) => {
    if (components.filter(({ name }) => name === component.name).length > 1) return component;
    const calls = models.filter((call) => call.component === component.name);
    if (calls.length === 0) return component;
    const tokens = calls.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
    return { ...component, tokens, cost: sumDollars(calls.map(({ cost }) => cost)) };
  });
}
