import { z } from "zod";
import { framesOf } from "../../flows/components/pythonError.ts";
import type { PythonFailure } from "../../flows/components/pythonError.ts";
import { Component } from "../../flows/model.ts";
import { ToolError } from "../../platform/errors.ts";
import { HttpFailure } from "../../platform/http.ts";
import type { LangflowHttp } from "./http.ts";

/** A component as Langflow makes it of its Python. */
export interface BuiltComponent {
  /** What Langflow calls it. */
  readonly type: string;
  readonly component: Component;
}

const Built = z.object({ type: z.string(), data: Component });
const Refused = z.object({ error: z.string(), traceback: z.string().default("") });

/** As the canvas asks when code is saved: Langflow runs what is outside of the methods. */
export async function buildComponent(
  http: LangflowHttp,
  code: string,
  signal: AbortSignal,
): Promise<BuiltComponent | PythonFailure> {
  const call = { method: "POST", path: "/api/v1/custom_component", body: { code }, signal } as const;
  try {
    const { type, data } = await http.json(call, Built);
    return { type, component: data };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    if (error.status === 403 && error.code === "NOT_PERMITTED") throw notAllowed(http.base);
    const refused = Refused.safeParse(error.detail);
    if (refused.success) return { message: refused.data.error, traceback: refused.data.traceback };
    if (error.status >= 500 && typeof error.detail === "string") return { message: error.detail, traceback: "" };
    throw error;
  }
}

const probe = `from lfx.custom import Component
class Probe(Component):
    raise ValueError("probe")
`;
const probeLine = 3;

/** How many lines this Langflow puts before the code of a component, by a class that fails in a known line. */
export async function linesBefore(http: LangflowHttp, signal: AbortSignal): Promise<number> {
  const failure = await buildComponent(http, probe, signal);
  const line = "traceback" in failure ? framesOf(failure.traceback).at(-1) : undefined;
  return line === undefined ? 0 : line - probeLine;
}

function notAllowed(base: string): ToolError {
  return new ToolError(
    "NOT_PERMITTED",
    `Langflow at ${base} runs no code but that of its own components, or only an administrator's.`,
    "Ask its administrator to set LANGFLOW_ALLOW_CUSTOM_COMPONENTS=true, and LANGFLOW_CUSTOM_COMPONENT_ADMIN_ONLY=false for other users; or connect to another server.",
  );
}
