import { needsLinesBefore, pythonError } from "../../flows/components/pythonError.ts";
import type { FlowNode } from "../../flows/model.ts";
import { linesBefore } from "../client/customComponents.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { RunEvent } from "../client/runEvents.ts";
import { quoted } from "../foreignText.ts";

/** A component of a run that failed. */
export interface ComponentFailure {
  readonly component: string;
  readonly traceback: string;
}

/** Of an event that says it; of two for one failure, the first with a traceback counts. */
export function failureIn(event: RunEvent, before: ComponentFailure | undefined): ComponentFailure | undefined {
  if (event.kind === "again") return undefined;
  const isFailure = event.kind === "failed" || (event.kind === "ended" && !event.ok);
  if (!isFailure || event.component === undefined || (before?.traceback ?? "") !== "") return before;
  return { component: event.component, traceback: event.traceback ?? "" };
}

interface Asked {
  readonly nodes: readonly FlowNode[];
  readonly http: LangflowHttp;
  readonly signal: AbortSignal;
}

/** Such as `"Chat Input" at line 12 of its code`; without a line where Langflow does not say it. */
export async function failedAt(
  { component, traceback }: ComponentFailure,
  { nodes, http, signal }: Asked,
): Promise<string | undefined> {
  const data = nodes.find(({ id }) => id === component)?.data;
  if (!data) return undefined;
  const title = data.node?.["display_name"];
  const name = quoted(typeof title === "string" && title !== "" ? title : (data.type ?? component));
  const line = await lineOf(codeOf(data.node?.template), { message: "", traceback }, { http, signal });
  return line === undefined ? name : `${name} at line ${String(line)} of its code`;
}

async function lineOf(
  code: string | undefined,
  failure: { readonly message: string; readonly traceback: string },
  { http, signal }: Pick<Asked, "http" | "signal">,
): Promise<number | undefined> {
  if (code === undefined || !needsLinesBefore(code, failure)) return undefined;
  // A server that takes no code of ours does not say how many lines it puts before a component's.
  const before = await linesBefore(http, signal).catch(() => undefined);
  return before === undefined ? undefined : (pythonError(code, failure, before).line ?? undefined);
}

function codeOf(template: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const field = template?.["code"];
  const value = typeof field === "object" && field !== null && "value" in field ? field.value : undefined;
  if (typeof value === "string") return value;
  // As an export has it.
  return Array.isArray(value) ? value.join("\n") : undefined;
}
