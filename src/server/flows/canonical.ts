import { createHash } from "node:crypto";
import { isFields, isSecret } from "./files/flowFile.ts";
import { fieldOf } from "./model.ts";
import type { Catalogue, FlowData, FlowNode } from "./model.ts";

export interface CanonicalNode {
  readonly id: string;
  readonly type: string;
  /** Fields whose value is not the component's own default. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What of a flow is the user's or ours: no positions, no sizes, nothing that Langflow fills in by itself. */
export interface CanonicalFlow {
  readonly nodes: readonly CanonicalNode[];
  /** `source.output → target.field` */
  readonly edges: readonly string[];
}

export interface CanonicalOptions {
  readonly catalogue: Catalogue;
  /** The flow was pushed to this same version, so that a component's code may differ only by an edit. */
  readonly sameVersion: boolean;
}

export function canonicalFlow(flow: FlowData, options: CanonicalOptions): CanonicalFlow {
  const nodes = flow.nodes
    .filter((node) => node.data.node?.template !== undefined && node.data.type !== undefined)
    .map((node) => canonicalNode(node, options))
    .sort((a, b) => compare(a.id, b.id));
  const edges = flow.edges
    .map(({ source, target, data }) => {
      const output = data?.sourceHandle?.name ?? "";
      return `${source}.${output} → ${target}.${data?.targetHandle?.fieldName ?? ""}`;
    })
    .sort(compare);
  return { nodes, edges };
}

function canonicalNode(node: FlowNode, { catalogue, sameVersion }: CanonicalOptions): CanonicalNode {
  const type = node.data.type ?? "";
  const component = catalogue.get(type);
  const values: [string, unknown][] = [];
  for (const [name, field] of Object.entries(node.data.node?.template ?? {})) {
    if (!isFields(field) || !("value" in field) || isCanvasOwn(name)) continue;
    // A key that the user typed in is no change of the flow.
    if (isSecret(field)) continue;
    if (name === "code" && !sameVersion) continue;
    const value = canonicalValue(name, field["value"]);
    const own = component && fieldOf(component, name);
    const standard = canonicalValue(name, own?.value);
    if (same(value, standard) || (isEmpty(value) && isEmpty(standard))) continue;
    values.push([name, name === "code" ? digest(String(value)) : value]);
  }
  return { id: node.id, type, values: Object.fromEntries(values.sort(([a], [b]) => compare(a, b))) };
}

/** What the canvas writes for itself when it asks for an update. */
function isCanvasOwn(name: string): boolean {
  return name.startsWith("_") || name === "is_refresh";
}

function canonicalValue(name: string, value: unknown): unknown {
  // Langflow writes the whole server entry behind the name.
  if (name === "mcp_server" && typeof value === "object" && value !== null && "name" in value) return value.name;
  return value;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function same(a: unknown, b: unknown): boolean {
  return stable(a) === stable(b);
}

export function flowHash(flow: CanonicalFlow): string {
  return digest(stable(flow));
}

/** JSON with the keys in order, so that equal values are equal texts. */
export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => compare(a, b));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${stable(inner)}`).join(",")}}`;
  }
  return value === undefined ? "null" : JSON.stringify(value);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
