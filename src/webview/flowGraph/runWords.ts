import type { GraphComponent, GraphRun, NodeRun } from "../../protocol/flowGraph.ts";
import type { ComponentState, FlowRunState } from "../../protocol/flowRuns.ts";
import { duration } from "../../protocol/format.ts";
import { ownOf } from "./ownOf.ts";

const stateWords: Readonly<Record<ComponentState, string>> = {
  waiting: "Waiting",
  running: "Running",
  ok: "Done",
  failed: "Failed",
  skipped: "Skipped",
  unknown: "Not reported",
};

/** The label of a component. */
export function stateLabel({ state, ms }: NodeRun): string {
  return state === "ok" && ms !== null ? `Done in ${duration(ms)}` : stateWords[state];
}

const runWords: Readonly<Record<FlowRunState, string>> = {
  running: "Running",
  waiting: "Waiting for a person",
  ok: "Last run: done",
  failed: "Last run: failed",
  cancelled: "Last run: cancelled",
  lost: "Last run: the connection to Langflow was lost",
};

/** The run in a line. */
export function runLine({ state, ms, nodes, error }: GraphRun, components: readonly GraphComponent[]): string {
  const inState = (wanted: ComponentState) => components.filter(({ id }) => ownOf(nodes, id)?.state === wanted);
  const took = ms === null || state === "running" ? "" : ` in ${duration(ms)}`;
  const done = `${String(inState("ok").length)} of ${String(components.length)} components are done`;
  const failed = inState("failed").map(({ title }) => title);
  return [
    `${runWords[state]}${took}.`,
    ...(state === "running" ? [`${done}.`] : []),
    ...(failed.length > 0 ? [`Failed: ${failed.join(", ")}.`] : []),
    ...(failed.length === 0 && error !== undefined ? [error] : []),
  ].join(" ");
}
