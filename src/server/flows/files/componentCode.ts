import { allNodesOf, fieldsOf, isFields, templateOf } from "./flowFile.ts";
import type { Fields, FlowFile } from "./flowFile.ts";

/** The Python of a component. */
export interface ComponentCode {
  readonly code: string;
  /** Written or changed by somebody, and not as Langflow ships it. */
  readonly isOwn: boolean;
}

/** The Python of every component that has some, inside groups too, by the id of the component. */
export function codeOf(flow: Pick<FlowFile, "fields">): ReadonlyMap<string, ComponentCode> {
  const codes = new Map<string, ComponentCode>();
  const twice = new Set<string>();
  for (const node of allNodesOf(flow)) {
    const { id } = node;
    const code = codeIn(templateOf(node));
    const data = fieldsOf(node["data"]);
    const isOwn = fieldsOf(data["node"])["edited"] === true || data["type"] === "CustomComponent";
    if (typeof id !== "string" || code === undefined) continue;
    if (codes.has(id)) twice.add(id);
    codes.set(id, { code, isOwn });
  }
  // Of two with one id, which a group that was copied can have, nobody could say whose a file is.
  for (const id of twice) codes.delete(id);
  return codes;
}

/** The flow with other Python in some of its components, which count as edited then, as on the canvas. */
export function withCode(fields: Fields, codes: ReadonlyMap<string, string>): Fields {
  const data = fieldsOf(fields["data"]);
  if (!Array.isArray(data["nodes"])) return fields;
  const nodes = data["nodes"].map((node: unknown) => (isFields(node) ? nodeWithCode(node, codes) : node));
  return { ...fields, data: { ...data, nodes } };
}

function nodeWithCode(node: Fields, codes: ReadonlyMap<string, string>): Fields {
  const data = fieldsOf(node["data"]);
  const component = fieldsOf(data["node"]);
  const template = templateOf(node);
  const value = typeof node["id"] === "string" && codeIn(template) !== undefined ? codes.get(node["id"]) : undefined;
  const { flow } = component;
  if (value === undefined && !isFields(flow)) return node;
  const inner = isFields(flow) ? { flow: withCode(flow, codes) } : {};
  const own = value !== undefined && {
    edited: true,
    template: { ...template, code: { ...fieldsOf(template["code"]), value } },
  };
  return { ...node, data: { ...data, node: { ...component, ...own, ...inner } } };
}

function codeIn(template: Fields): string | undefined {
  const { type, value } = fieldsOf(template["code"]);
  if (type !== "code") return undefined;
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "string" ? value : undefined;
}
