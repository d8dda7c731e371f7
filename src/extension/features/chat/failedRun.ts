import type { WindowServer } from "../../server/windowServer.ts";

/** What is known of a run that failed. */
export interface FailedRun {
  readonly flow: { readonly id: string; readonly name: string };
  /** Undefined where Langflow does not say it. */
  readonly component?: string;
  /** In Langflow's words. */
  readonly error: string;
}

/** The newest run that failed: of a flow by its id, or of all; undefined where there is none. */
export async function newestFailedRun(server: WindowServer, flow?: string): Promise<FailedRun | undefined> {
  const isWanted = (id: string) => flow === undefined || id === flow;
  const live = server.topic("runs").get() ?? [];
  const own = live.findLast((run) => run.state === "failed" && isWanted(run.flow.id));
  if (own) {
    const failed = own.components.find(({ state }) => state === "failed");
    return {
      flow: own.flow,
      ...(failed && { component: failed.name }),
      error: failed?.error ?? own.error ?? "Langflow does not say why.",
    };
  }
  // Those that others started, or that an earlier session did.
  const recorded = await server.operate("flowRuns.list", flow === undefined ? {} : { flow });
  const run = recorded.find(({ state }) => state === "failed");
  if (!run) return undefined;
  const { parts } = await server.operate("flowRuns.trace", { run: run.run });
  // What it called failed first; the component says where.
  const failed = parts.findLast(({ error }) => error !== undefined);
  const component = parts.find(({ depth, state }) => depth === 0 && state === "failed");
  return {
    flow: { id: run.flow, name: run.name },
    ...(component && { component: component.name }),
    error: failed?.error ?? "Langflow does not say why.",
  };
}
