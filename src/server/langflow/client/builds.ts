import { z } from "zod";
import type { LangflowHttp } from "./http.ts";

// Runs of a graph as the canvas makes them, with the outputs of each component by name and the traceback of a failure.

/** What one component of the graph gave. */
export interface BuiltNode {
  readonly id: string;
  readonly ok: boolean;
  /** Of one that failed. */
  readonly message: string;
  readonly traceback: string;
  readonly outputs: ReadonlyMap<string, unknown>;
  readonly ms: number | undefined;
  /** Whether it used a model. */
  readonly usedModel: boolean;
}

const Output = z.object({ message: z.unknown().optional(), type: z.string().nullish() });
const Failure = z.object({ errorMessage: z.string(), stackTrace: z.string().default("") });
const Ended = z.object({
  id: z.string(),
  valid: z.boolean().nullish(),
  params: z.unknown().optional(),
  data: z.object({
    outputs: z.record(z.string(), z.union([Output, z.array(Output)])).nullish(),
    timedelta: z.number().nullish(),
    token_usage: z.unknown().optional(),
  }),
});
const Line = z.object({ event: z.string(), data: z.unknown().optional() });
const EndVertex = z.object({ build_data: Ended });
const Failed = z.object({
  error: z.unknown().optional(),
  text: z.string().nullish(),
  content_blocks: z
    .array(z.object({ contents: z.array(z.object({ traceback: z.string().nullish() })).nullish() }))
    .nullish()
    .catch(undefined),
});

export type BuildEvent =
  | { readonly kind: "node"; readonly node: BuiltNode }
  | { readonly kind: "failed"; readonly message: string; readonly traceback: string }
  | { readonly kind: "end" };

/** Undefined for a line that says nothing of the components. */
export function buildEvent(line: string): BuildEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  const { event, data } = Line.parse(JSON.parse(line));
  if (event === "end") return { kind: "end" };
  if (event === "end_vertex") return { kind: "node", node: nodeOf(EndVertex.parse(data).build_data) };
  if (event !== "error") return undefined;
  const failed = Failed.safeParse(data).data;
  const traceback = failed?.content_blocks?.[0]?.contents?.[0]?.traceback ?? "";
  const message = failed?.text ?? (typeof failed?.error === "string" ? failed.error : "Langflow gave no reason.");
  return { kind: "failed", message, traceback };
}

function nodeOf({ id, valid, params, data }: z.output<typeof Ended>): BuiltNode {
  const outputs = new Map<string, unknown>();
  let failure: z.output<typeof Failure> | undefined;
  for (const [name, output] of Object.entries(data.outputs ?? {})) {
    // A loop gives several.
    const message = Array.isArray(output) ? output.map((one) => one.message) : output.message;
    failure ??= Failure.safeParse(message).data;
    outputs.set(name, message);
  }
  const ok = valid !== false;
  return {
    ...{ id, ok, outputs },
    message: ok ? "" : (failure?.errorMessage ?? (typeof params === "string" ? params : "Langflow gave no reason.")),
    traceback: failure?.stackTrace ?? "",
    ms: typeof data.timedelta === "number" ? Math.round(data.timedelta * 1000) : undefined,
    usedModel: data.token_usage !== undefined && data.token_usage !== null,
  };
}

const Started = z.object({ job_id: z.string() });

/** Runs what Langflow has of a flow. Once the signal fires, the run is stopped in Langflow too. */
export async function* buildFlowEvents(
  http: LangflowHttp,
  flowId: string,
  signal: AbortSignal,
): AsyncGenerator<BuildEvent> {
  const path = `/api/v1/build/${encodeURIComponent(flowId)}/flow?event_delivery=streaming&log_builds=false`;
  // Without the signal: a run whose id nobody got could not be stopped.
  const call = { method: "POST", path, body: {}, signal: new AbortController().signal } as const;
  const { job_id: job } = await http.json(call, Started);
  const at = `/api/v1/build/${encodeURIComponent(job)}`;
  try {
    const events = http.lines({ method: "GET", path: `${at}/events?event_delivery=streaming`, signal });
    for await (const line of events) {
      const event = buildEvent(line);
      if (event) yield event;
    }
  } finally {
    if (signal.aborted) await stop(http, `${at}/cancel`);
  }
}

/** The caller learns that the run was stopped either way. */
async function stop(http: LangflowHttp, path: string): Promise<void> {
  const call = { method: "POST", path, body: {}, signal: AbortSignal.timeout(5_000) } as const;
  await http.json(call, z.unknown()).catch(() => undefined);
}
