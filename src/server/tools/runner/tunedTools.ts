import type { ToolAnswer } from "../../platform/call.ts";
import type { JsonSchema, ListedTool, Tool } from "./defineTool.ts";
import type { ToolSource } from "./registry.ts";

/** Default answer budgets that the user has set, by the names of tools. */
interface Budgets {
  budgets(): ReadonlyMap<string, number>;
  onChange(listener: () => void): void;
}

/** The tools of a source, some with a default answer budget of the user's. It stands in the list as well. */
export function tunedTools(source: ToolSource, { budgets, onChange }: Budgets): ToolSource {
  return {
    tools() {
      const changed = budgets();
      return source.tools().map((tool) => withBudget(tool, changed.get(tool.name)));
    },
    onChange(listener) {
      source.onChange(listener);
      onChange(listener);
    },
  };
}

/** What the schema says that an answer may have; undefined where it says nothing. */
export function defaultBudget({ inputSchema }: ListedTool): number | undefined {
  const budget = budgetField(inputSchema)?.["default"];
  return typeof budget === "number" ? budget : undefined;
}

function withBudget(tool: Tool, budget: number | undefined): Tool {
  if (budget === undefined || defaultBudget(tool.listed) === undefined) return tool;
  const { listed } = tool;
  const { inputSchema } = listed;
  const maxTokens = { ...budgetField(inputSchema), default: budget };
  const properties = { ...propertiesOf(inputSchema), maxTokens };
  return {
    name: tool.name,
    toolset: tool.toolset,
    effect: tool.effect,
    long: tool.long,
    needs: tool.needs,
    listed: { ...listed, inputSchema: { ...inputSchema, properties } },
    get outputSchema() {
      return tool.outputSchema;
    },
    example: tool.example,
    otherWords: tool.otherWords,
    ...(tool.redirect && { redirect: tool.redirect }),
    bind: (args) => tool.bind(isObject(args) && isUnset(args["maxTokens"]) ? { ...args, maxTokens: budget } : args),
  };
}

/** Langflow's forms send "" for an argument that was left empty. */
function isUnset(value: unknown): boolean {
  return value === undefined || value === "";
}

function budgetField(schema: JsonSchema): ToolAnswer | undefined {
  const field = propertiesOf(schema)["maxTokens"];
  return isObject(field) ? field : undefined;
}

function propertiesOf(schema: JsonSchema): ToolAnswer {
  const { properties } = schema;
  return isObject(properties) ? properties : {};
}

function isObject(value: unknown): value is ToolAnswer {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
