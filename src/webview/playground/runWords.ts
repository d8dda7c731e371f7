import type { PlaygroundRun } from "../../protocol/playground.ts";

/** Where a run is, in one line. */
export function runWords({ state, components }: PlaygroundRun): string {
  const of = (wanted: string) => components.filter((each) => each.state === wanted).map(({ name }) => name);
  const isSilent = components.every((each) => each.state === "unknown" || each.state === "waiting");
  if (isSilent && state === "ok") return "Done. This version of Langflow says nothing of its components";
  const done = `${String(of("ok").length)} of ${String(components.length - of("skipped").length)} components done`;
  switch (state) {
    case "running": {
      const running = of("running");
      return running.length === 0 ? `Running: ${done}` : `Running ${running.join(", ")}: ${done}`;
    }
    case "waiting":
      return `The run waits for your answer: ${done}`;
    case "ok":
      return `Done: ${done}`;
    case "failed":
      return of("failed").length === 0 ? "The run failed" : `Failed in ${of("failed").join(", ")}`;
    case "cancelled":
      return "The run was stopped";
    case "lost":
      return "The connection to Langflow was lost; the run may go on there";
  }
}
