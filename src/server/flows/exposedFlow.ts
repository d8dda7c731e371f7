import { proseOf } from "./marker.ts";
import type { FlowData, FlowNode } from "./model.ts";

/** A flow as a tool has it. */
export interface ExposedFlow {
  readonly id: string;
  readonly name: string;
  /** What the user calls it as a tool, where that differs from the flow's name. */
  readonly action: string;
  readonly description: string;
  /** Whether it has a chat input. */
  readonly takesInput: boolean;
  readonly fields: readonly ExposedField[];
}

/** A text input of the flow. */
export interface ExposedField {
  /** Of the tool's argument: lower case letters, digits and _. */
  readonly name: string;
  readonly component: string;
  readonly title: string;
  /** Without a value of its own in the flow, a call must give one. */
  readonly isRequired: boolean;
}

interface GivenFlow extends Pick<FlowData, "nodes" | "edges"> {
  readonly id: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly action_name?: string | null | undefined;
  readonly action_description?: string | null | undefined;
}

/** Arguments that every flow's tool has. */
const taken = ["input", "session", "wait", "maxTokens"];

export function exposedFlow({ id, name, nodes, edges, ...given }: GivenFlow): ExposedFlow {
  const fed = new Set(
    edges.flatMap(({ target, data }) => (data?.targetHandle?.fieldName === "input_value" ? [target] : [])),
  );
  const free = nodes.filter((node) => !fed.has(node.id));
  const texts = free.filter(({ data }) => data.type === "TextInput");
  const names = uniqueNames(texts.map((node) => nameFrom(titleOf(node)) || "text"));
  return {
    id,
    name,
    action: textOf(given.action_name) ?? name,
    description: textOf(given.action_description) ?? proseOf(given.description),
    takesInput: free.some(({ data }) => data.type === "ChatInput"),
    fields: texts.map((node, at) => ({
      name: names[at] ?? "text",
      component: node.id,
      title: titleOf(node),
      isRequired: valueOf(node) === "",
    })),
  };
}

function textOf(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}

/** A number after each name that another has too. */
function uniqueNames(names: readonly string[]): readonly string[] {
  const used = new Set(taken);
  return names.map((name) => {
    let unique = name;
    for (let count = 2; used.has(unique); count++) unique = `${name}_${count}`;
    used.add(unique);
    return unique;
  });
}

/** Lower case letters, digits and single _, as names of tools and arguments may have; "" where none is left. */
export function nameFrom(text: string): string {
  const plain = text
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "");
  return plain
    .replace(/[^a-z0-9]+/g, "_")
    .slice(0, 40)
    .replace(/^_+|_+$/g, "");
}

function titleOf({ data, id }: FlowNode): string {
  const title = data.node?.["display_name"];
  return typeof title === "string" && title !== "" ? title : id;
}

function valueOf({ data }: FlowNode): unknown {
  const field = data.node?.template?.["input_value"];
  return typeof field === "object" && field !== null && "value" in field ? field.value : "";
}
