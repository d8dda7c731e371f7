import { ZodType } from "zod";
import type { z } from "zod";
import type { ToolAnswer } from "../../platform/call.ts";
import type { ToolContext } from "./context.ts";

/** What a call does to the world. MCP hints, confirmation and later role scopes all follow from it. */
export type Effect = "read" | "create" | "update" | "delete" | "run";

/** Named groups of tools; a client asks for more than the default ones by `?toolsets=`. */
export type Toolset = "files" | "code" | "refactor" | "jobs" | "quality";

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** snake_case verb_noun; the file has the same name in camelCase. */
  readonly name: string;
  readonly title: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  readonly description: string;
  /** The call can take long: it takes `wait` and is handed over to a job after that many seconds. */
  readonly long?: boolean;
  readonly input: Input;
  readonly output: Output;
  handler(input: z.output<Input>, context: ToolContext): Promise<z.output<Output>>;
}

/** A call whose arguments fit, or what is wrong with them. */
export type Bound =
  | { readonly ok: true; readonly arguments: ToolAnswer; run(context: ToolContext): Promise<ToolAnswer> }
  | { readonly ok: false; readonly error: z.ZodError };

/** A tool as the registry, the runner and the faces see it: its own types are behind `bind`. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  readonly description: string;
  readonly long: boolean;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  bind(args: unknown): Bound;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, toolset, effect, description, long = false, input, output } = definition;
  return {
    name,
    title,
    toolset,
    effect,
    description,
    long,
    input,
    output,
    bind(args) {
      const parsed = input.safeParse(withoutBlanks(args, input));
      if (!parsed.success) return { ok: false, error: parsed.error };
      return {
        ok: true,
        arguments: parsed.data,
        run: async (context) => output.parse(await definition.handler(parsed.data, context)),
      };
    },
  };
}

/**
 * Langflow's forms send "" for an optional argument that was left empty; none of ours means anything by it. A required
 * one may be empty, as the text that replaces another.
 */
function withoutBlanks(args: unknown, input: z.ZodObject): unknown {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return args;
  const isBlank = (name: string, value: unknown): boolean => {
    const field: unknown = value === "" && Object.hasOwn(input.shape, name) ? input.shape[name] : undefined;
    return field instanceof ZodType && field.safeParse(undefined).success;
  };
  return Object.fromEntries(Object.entries(args).filter(([name, value]) => !isBlank(name, value)));
}

/** A description is written as lines in code and sent as one paragraph. */
export function lines(...parts: readonly string[]): string {
  return parts.join(" ");
}
