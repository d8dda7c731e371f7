import { z } from "zod";
import type { FlowTrigger } from "../../../protocol/serverFlows.ts";
import { ToolError } from "../../platform/errors.ts";
import { HttpFailure, statusOf } from "../../platform/http.ts";
import { quoted } from "../foreignText.ts";
import type { LangflowHttp } from "./http.ts";
import { utc } from "./utc.ts";

const Trigger = z.looseObject({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  state: z.string(),
  config: z
    .looseObject({ cron: z.string().nullish().catch(null), timezone: z.string().nullish().catch(null) })
    .nullish(),
  next_fire_at: z.string().nullish(),
  last_fired_at: z.string().nullish(),
  last_error: z.string().nullish(),
});

/** Langflow's largest page. */
const most = 200;

/** Triggers of a flow, newest first; undefined where the version has none (before 1.13). */
export async function listTriggers(
  http: LangflowHttp,
  flowId: string,
  signal: AbortSignal,
): Promise<readonly FlowTrigger[] | undefined> {
  try {
    const path = `/api/v1/triggers?flow_id=${encodeURIComponent(flowId)}&limit=${String(most)}`;
    return (await http.json({ method: "GET", path, signal }, z.array(Trigger))).map(factsOf);
  } catch (error) {
    const isGone = error instanceof HttpFailure && error.detail === "Trigger not found";
    if (isGone) throw new ToolError("NOT_FOUND", "The flow no longer exists in Langflow.", "See `flow list`.");
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The trigger as it is then. */
export async function switchTrigger(
  http: LangflowHttp,
  { id, enabled }: { readonly id: string; readonly enabled: boolean },
  signal: AbortSignal,
): Promise<FlowTrigger> {
  const path = `/api/v1/triggers/${encodeURIComponent(id)}/${enabled ? "enable" : "disable"}`;
  try {
    return factsOf(await http.json({ method: "POST", path, signal }, Trigger));
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.status !== 409) throw error;
    // Such as a connection that the trigger needs and that has expired.
    const remedy = "Correct the trigger on Langflow's canvas, then try again.";
    throw new ToolError("CONFLICT", `Langflow refused: ${quoted(error.detail)}.`, remedy);
  }
}

function factsOf({ id, name, kind, state, config, ...trigger }: z.output<typeof Trigger>): FlowTrigger {
  const { next_fire_at: next, last_fired_at: last, last_error: problem } = trigger;
  const zone = config?.timezone ? ` (${config.timezone})` : "";
  return {
    id,
    name,
    kind,
    state,
    ...(config?.cron && { schedule: `${config.cron}${zone}` }),
    // What is not active keeps the time at which it would have run.
    ...(next && state === "active" && { nextRun: utc(next) }),
    ...(last && { lastRun: utc(last) }),
    ...(problem && { problem: quoted(problem) }),
  };
}
