import { ZodType, z } from "zod";
import type { ToolAnswer } from "../../platform/call.ts";
import type { ToolError } from "../../platform/errors.ts";
import type { CallContext, ServiceName, Services, ToolContext } from "./context.ts";
import { invalidArguments } from "./invalidArguments.ts";
import type { Toolset } from "./toolsets.ts";

/** What a call does to the world. MCP hints, confirmation and later role scopes all follow from it. */
export type Effect = "read" | "create" | "update" | "delete" | "run";

export interface ToolDefinition<
  Needs extends readonly ServiceName[],
  Input extends z.ZodObject,
  Output extends z.ZodObject,
> {
  /** snake_case verb_noun; the file has the same name in camelCase. */
  readonly name: string;
  readonly title: string;
  readonly toolset: Toolset;
  readonly effect: Effect;
  /** It reaches what is beyond this machine; what runs something does so anyway. */
  readonly openWorld?: boolean;
  readonly description: string;
  /** How people say what it is for, where the description says it otherwise: for search_tools only, no list has them. */
  readonly otherWords?: string;
  /** The call can take long: it takes `wait` and is handed over to a job after that many seconds. */
  readonly long?: boolean;
  /** The services that its handler gets. Where one is not configured, the tool is not offered. */
  readonly needs: Needs;
  readonly input: Input;
  readonly output: Output;
  /** Arguments that show what it is for, none when left out. A test runs them on a small workspace. */
  readonly example?: z.input<Input>;
  /** The call of another tool that this one stands for; undefined for a call of its own. */
  redirect?(input: z.output<Input>): ToolTarget | undefined;
  handler(input: z.output<Input>, context: ToolContext<Needs[number]>): Promise<z.output<Output>>;
}

/** A tool's name with arguments that nobody has checked. */
export interface ToolTarget {
  readonly name: string;
  readonly args: unknown;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A tool as `tools/list` has it. Output schemas are left out: they would double what every client pays. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema & { readonly type: "object" };
  readonly annotations: Readonly<Record<string, boolean>>;
}

type Run = (call: CallContext, services: Partial<Services>) => Promise<ToolAnswer>;

/** A call whose arguments fit, or what is wrong with them. */
export type Bound =
  { readonly ok: true; readonly arguments: ToolAnswer; run: Run } | { readonly ok: false; readonly error: ToolError };

/**
 * A tool as the registry, the runner and the faces see it, wherever it comes from: its schemas are JSON, and what
 * checks its arguments is behind `bind`.
 */
export interface Tool {
  readonly name: string;
  readonly toolset: string;
  readonly effect: Effect;
  readonly long: boolean;
  readonly needs: readonly ServiceName[];
  readonly listed: ListedTool;
  readonly example: ToolAnswer;
  readonly otherWords: string;
  /** What an answer without an error looks like. */
  readonly outputSchema: JsonSchema;
  bind(args: unknown): Bound;
  /** The call of another tool that a call with these arguments stands for. */
  redirect?(args: unknown): ToolTarget | undefined;
}

/** The one position where an effect becomes MCP's hints. */
const hints: Readonly<Record<Effect, Readonly<Record<string, boolean>>>> = {
  read: { readOnlyHint: true, openWorldHint: false },
  create: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
  update: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  delete: { readOnlyHint: false, destructiveHint: true, openWorldHint: false },
  run: { readOnlyHint: false, destructiveHint: false, openWorldHint: true },
};

export function defineTool<
  const Needs extends readonly ServiceName[],
  Input extends z.ZodObject,
  Output extends z.ZodObject,
>(definition: ToolDefinition<Needs, Input, Output>): Tool {
  const {
    name,
    title,
    toolset,
    effect,
    description,
    openWorld = false,
    long = false,
    needs,
    input,
    output,
    redirect,
  } = definition;
  // Schemas are made when somebody lists the tools: a start must not wait for them.
  let listed: ListedTool | undefined;
  const annotations = openWorld ? { ...hints[effect], openWorldHint: true } : hints[effect];
  return {
    name,
    toolset,
    effect,
    long,
    needs,
    get listed() {
      listed ??= { name, title, description, inputSchema: inputSchemaOf(input), annotations };
      return listed;
    },
    get outputSchema() {
      return withoutDialect(z.toJSONSchema(output));
    },
    example: definition.example ?? {},
    otherWords: definition.otherWords ?? "",
    ...(redirect && {
      redirect(args: unknown) {
        const parsed = input.safeParse(args);
        return parsed.success ? redirect(parsed.data) : undefined;
      },
    }),
    bind(args) {
      const parsed = input.safeParse(withoutBlanks(args, input));
      if (!parsed.success) {
        return { ok: false, error: invalidArguments(name, Object.keys(input.shape), parsed.error.issues) };
      }
      return {
        ok: true,
        arguments: parsed.data,
        async run(call, services) {
          if (!hasAll(services, needs)) throw new Error(`${name} was called without a service that it needs`);
          return output.parse(await definition.handler(parsed.data, { ...services, ...call }));
        },
      };
    },
  };
}

function hasAll<Name extends ServiceName>(
  services: Partial<Services>,
  needs: readonly Name[],
): services is Partial<Services> & Pick<Services, Name> {
  return needs.every((need) => services[need] !== undefined);
}

function inputSchemaOf(input: z.ZodObject): ListedTool["inputSchema"] {
  // 2020-12 is MCP's own default: it is named only where a tool asks for it, since each client pays for the words.
  const named = input.meta()?.["$schema"];
  const schema = withoutDialect(z.toJSONSchema(input, { io: "input" }));
  return { ...(named !== undefined && { $schema: named }), ...schema, type: "object" };
}

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
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
