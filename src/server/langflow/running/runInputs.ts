import { ToolError } from "../../platform/errors.ts";
import { readRunInput } from "../client/recordedRuns.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { RunOptions } from "../runFlow.ts";
import type { LiveRuns } from "./liveRuns.ts";

export type Inputs = Pick<RunOptions, "input" | "tweaks" | "files">;

/** What runs were given, to run again with the same. */
export interface RunInputs {
  keep(run: string, inputs: Inputs): void;
  /** Of a run of this process, by its id or Langflow's; of another one, what Langflow recorded. */
  of(http: LangflowHttp, run: string, signal: AbortSignal): Promise<FoundInputs>;
}

interface FoundInputs {
  /** Id of the flow that ran. */
  readonly flow: string;
  readonly inputs: Inputs;
  /** What is not known of them, in a sentence. */
  readonly warning?: string;
}

export function createRunInputs(live: Pick<LiveRuns, "list">): RunInputs {
  const kept = new Map<string, Inputs>();
  return {
    keep(run, { input, tweaks, files }) {
      const known = new Set(live.list().map((each) => each.run));
      for (const id of kept.keys()) if (!known.has(id)) kept.delete(id);
      kept.set(run, { ...(input !== undefined && { input }), ...(tweaks && { tweaks }), ...(files && { files }) });
    },
    async of(http, run, signal) {
      const own = live.list().find((each) => each.run === run || each.trace === run);
      const inputs = own && kept.get(own.run);
      if (own && inputs) return { flow: own.flow.id, inputs };
      const recorded = await readRunInput(http, run, signal);
      if (!recorded) {
        throw new ToolError(
          "NOT_FOUND",
          `Langflow has no trace of the run ${JSON.stringify(run)}.`,
          "See `flow runs`.",
        );
      }
      const warning =
        "It ran with the chat input of the earlier run alone: Langflow records neither the tweaks nor the files of a run.";
      return { flow: recorded.flow, inputs: { input: recorded.input }, warning };
    },
  };
}
