import { z } from "zod";
import type { RunQuestion } from "../../../protocol/flowRuns.ts";

/** What Langflow says of a run while it goes on, in either of its two streams. */
export type RunEvent =
  /** Langflow has it; `trace` is the id of the trace that it will have. */
  | { readonly kind: "started"; readonly trace: string }
  /** All that was said until now is said again. */
  | { readonly kind: "again" }
  /** `all` that will run; the `first` begin at once. */
  | { readonly kind: "planned"; readonly all: readonly string[]; readonly first: readonly string[] }
  | {
      readonly kind: "ended";
      readonly component: string;
      readonly name?: string;
      readonly ok: boolean;
      readonly ms?: number;
      /** Of its models, in and out. */
      readonly tokens?: number;
      readonly error?: string;
      /** Of Python, where it failed and Langflow says it. */
      readonly traceback?: string;
      /** Those that begin after it, and those that will not run. */
      readonly next: readonly string[];
      readonly skipped: readonly string[];
    }
  | {
      readonly kind: "message";
      readonly id: string;
      readonly from: "user" | "flow";
      readonly component?: string;
      readonly text: string;
      readonly isPartial: boolean;
    }
  | { readonly kind: "token"; readonly message: string; readonly text: string }
  /** The answer of one output of the flow. */
  | { readonly kind: "output"; readonly text: string }
  /** It waits for a person. */
  | { readonly kind: "asked"; readonly question: RunQuestion }
  | { readonly kind: "answered" }
  | { readonly kind: "failed"; readonly component?: string; readonly detail: unknown; readonly traceback?: string }
  | { readonly kind: "end"; readonly text?: string };

const Line = z.object({ event: z.string(), data: z.unknown().optional() });
const ids = z.array(z.string()).nullish();

const Planned = z.object({ ids, to_run: ids });
const Ended = z.object({
  build_data: z.object({
    id: z.string(),
    valid: z.boolean().nullish(),
    params: z.unknown().optional(),
    next_vertices_ids: ids,
    inactivated_vertices: ids,
    data: z
      .object({
        timedelta: z.number().nullish(),
        outputs: z.record(z.string(), z.unknown()).nullish().catch(undefined),
        token_usage: z.object({ total_tokens: z.number().nullish() }).nullish().catch(undefined),
      })
      .nullish()
      .catch(undefined),
  }),
  output_meta: z.object({ display_name: z.string().nullish() }).nullish(),
});
const Source = z.object({ id: z.string().nullish() }).nullish();
const Message = z.looseObject({
  id: z.string().nullish(),
  sender: z.string().nullish(),
  text: z.string(),
  properties: z.object({ state: z.string().nullish(), source: Source }).nullish().catch(undefined),
});
/** 1.13 repeats its fields around `data`. */
const WithData = z.looseObject({ data: Message });
const Token = z.object({ id: z.string(), chunk: z.string() });
const Asked = z.object({
  request_id: z.string(),
  prompt: z.string().nullish(),
  options: z.array(z.object({ action_id: z.string(), label: z.string().nullish() })).nullish(),
});
const Output = z.object({ content: z.unknown().optional() });
const FailedText = z.object({
  error: z.unknown().optional(),
  text: z.string().optional(),
  properties: z.object({ source: Source }).nullish().catch(undefined),
});
const FailedMessage = z.object({
  content_blocks: z.array(
    z.object({
      text: z.string().nullish(),
      contents: z.array(z.object({ reason: z.string().nullish(), traceback: z.string().nullish() })).nullish(),
    }),
  ),
});
const FailedOutput = z.object({ message: z.object({ stackTrace: z.string().min(1) }) });
const V1Result = z.object({
  result: z.object({
    outputs: z.array(
      z.object({ outputs: z.array(z.looseObject({ results: z.record(z.string(), z.unknown()) }).nullable()) }),
    ),
  }),
});

/** Lines are bare JSON in v1, and "data: {…}" with "id:" lines between them in v2. Undefined for what says nothing of the run. */
export function runEvent(line: string): RunEvent | undefined {
  const json = line.startsWith("data:") ? line.slice(5) : line;
  if (!json.trimStart().startsWith("{")) return undefined;
  const parsed = Line.safeParse(jsonOf(json));
  return parsed.success ? eventOf(parsed.data.event, parsed.data.data) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function eventOf(event: string, data: unknown): RunEvent | undefined {
  switch (event) {
    case "vertices_sorted": {
      const planned = Planned.safeParse(data).data;
      return planned && { kind: "planned", first: planned.ids ?? [], all: planned.to_run ?? planned.ids ?? [] };
    }
    case "end_vertex":
      return endedOf(Ended.safeParse(data).data);
    case "add_message":
      return messageOf(data);
    case "token": {
      const token = Token.safeParse(data).data;
      return token && { kind: "token", message: token.id, text: token.chunk };
    }
    case "output": {
      const content = Output.safeParse(data).data?.content;
      return typeof content === "string" ? { kind: "output", text: content } : undefined;
    }
    case "human_input_required": {
      const asked = Asked.safeParse(data).data;
      return asked && { kind: "asked", question: questionOf(asked) };
    }
    case "error":
      return {
        kind: "failed",
        detail: errorText(data),
        ...componentOf(FailedText.safeParse(data).data),
        ...tracebackOf(failedContents(data).map(({ traceback }) => traceback)),
      };
    case "end": {
      const result = V1Result.safeParse(data).data;
      const text = result && firstText(result.result.outputs);
      return { kind: "end", ...(text !== undefined && { text }) };
    }
    default:
      return undefined;
  }
}

function endedOf(ended: z.output<typeof Ended> | undefined): RunEvent | undefined {
  if (!ended) return undefined;
  const { id, valid, params, next_vertices_ids: next, inactivated_vertices: skipped, data } = ended.build_data;
  const name = ended.output_meta?.display_name;
  const seconds = data?.timedelta;
  const tokens = data?.token_usage?.total_tokens;
  return {
    kind: "ended",
    component: id,
    ok: valid !== false,
    ...(name && { name }),
    ...(typeof seconds === "number" && { ms: Math.round(seconds * 1000) }),
    ...(typeof tokens === "number" && { tokens }),
    ...(valid === false && typeof params === "string" && { error: params }),
    ...(valid === false &&
      tracebackOf(
        Object.values(data?.outputs ?? {}).map((output) => FailedOutput.safeParse(output).data?.message.stackTrace),
      )),
    next: next ?? [],
    skipped: skipped ?? [],
  };
}

function messageOf(data: unknown): RunEvent | undefined {
  const message = Message.safeParse(data).data ?? WithData.safeParse(data).data?.data;
  if (!message) return undefined;
  return {
    kind: "message",
    id: message.id ?? WithData.safeParse(data).data?.data.id ?? "",
    from: message.sender === "User" ? "user" : "flow",
    text: message.text,
    isPartial: message.properties?.state === "partial",
    ...componentOf(message),
  };
}

function questionOf({ request_id: id, prompt, options }: z.output<typeof Asked>): RunQuestion {
  const offered = (options ?? []).map(({ action_id: action, label }) => ({ action, label: label ?? action }));
  return { id, prompt: prompt ?? "", options: offered };
}

function componentOf(
  of: { readonly properties?: { readonly source?: z.output<typeof Source> } | null | undefined } | undefined,
) {
  const id = of?.properties?.source?.id;
  return id ? { component: id } : {};
}

/** v1 sends the error itself; v2 a chat message that shows it, with the reason in one of its blocks. */
function errorText(data: unknown): unknown {
  const failure = FailedText.safeParse(data);
  if (failure.success && failure.data.text) return failure.data.text;
  if (failure.success && failure.data.error !== undefined && typeof failure.data.error !== "boolean") {
    return failure.data.error;
  }
  const blocks = FailedMessage.safeParse(data).data?.content_blocks ?? [];
  const texts = blocks.flatMap(({ text, contents }) => [text, ...(contents ?? []).map(({ reason }) => reason)]);
  return texts.find((text) => text) ?? "no reason given";
}

function failedContents(data: unknown) {
  return FailedMessage.safeParse(data).data?.content_blocks.flatMap(({ contents }) => contents ?? []) ?? [];
}

function tracebackOf(texts: readonly (string | null | undefined)[]) {
  const traceback = texts.find((text) => text);
  return traceback ? { traceback } : {};
}

function firstText(outputs: z.output<typeof V1Result>["result"]["outputs"]): string | undefined {
  for (const { outputs: parts } of outputs) {
    for (const part of parts) {
      for (const result of Object.values(part?.results ?? {})) {
        const message = z.looseObject({ text: z.string() }).safeParse(result);
        if (message.success) return message.data.text;
      }
    }
  }
  return undefined;
}
