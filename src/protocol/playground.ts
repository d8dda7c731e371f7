import type { ComponentState, FlowRunState, RunQuestion } from "./flowRuns.ts";

// What the playground of a flow shows.

export interface PlaygroundMessage {
  readonly id: string;
  readonly from: "user" | "flow" | "problem";
  readonly text: string;
  /** More of it comes. */
  readonly isPartial: boolean;
}

export interface PlaygroundRun {
  readonly state: FlowRunState;
  readonly components: readonly { readonly name: string; readonly state: ComponentState }[];
}

export interface PlaygroundState {
  readonly flow: string;
  readonly session: string;
  readonly messages: readonly PlaygroundMessage[];
  /** The newest run of the session. */
  readonly run?: PlaygroundRun;
  readonly isRunning: boolean;
  /** The run waits for the answer. */
  readonly question?: RunQuestion;
}
