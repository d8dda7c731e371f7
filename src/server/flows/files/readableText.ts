import { sortedJson } from "./exactJson.ts";
import { edgesOf } from "./compareFiles.ts";
import {
  allNodesOf,
  fieldsOf,
  isFields,
  isSecret,
  nodesOf,
  own,
  plainText,
  readFlowFile,
  templateOf,
} from "./flowFile.ts";
import type { Fields, FlowFile } from "./flowFile.ts";

/**
 * A flow for people who compare it: settings, values of components, connections, and the canvas last; no secret.
 * @param other What it is compared with: whatever else differs from it is shown too, so that no difference is left out.
 */
export function readableText(flow: FlowFile, other?: FlowFile): string {
  const plain = plainOf(flow);
  const there = other && plainOf(other);
  const typed = new Map(nodesOf(flow).map((node) => [node["id"], typedSecrets(node)]));
  const others = new Map(nodesOf(there).map((node) => [node["id"], node]));
  const settings = Object.entries(plain.fields).filter(([key, value]) => key !== "data" && value !== null);
  const components = nodesOf(plain).map((node) => [
    ...componentLines(node, others.get(node["id"])),
    ...(typed.get(node["id"]) ?? []),
    ...propertyLines(node, others.get(node["id"])),
  ]);
  const lines = [
    ...settings.flatMap(([key, value]) => valueLines("", key, value)),
    ...components.sort(byFirstLine).flatMap((component) => ["", ...component]),
    "",
    "connections",
    ...edgesOf(plain)
      .map((edge) => `  ${edge}`)
      .sort(),
    ...(there ? restLines(plain, there) : []),
  ];
  return `${lines.join("\n")}\n`;
}

/** Two flows, each with what differs in the other. */
export function readableTexts(left: FlowFile, right: FlowFile): { readonly left: string; readonly right: string } {
  const texts = { left: readableText(left, right), right: readableText(right, left) };
  if (texts.left !== texts.right || plainText(left) === plainText(right)) return texts;
  const note = "\nThe two differ only in how a value that is empty is written.\n";
  return { left: texts.left, right: `${texts.right}${note}` };
}

function plainOf(flow: FlowFile): FlowFile {
  return readFlowFile(flow.name, plainText(flow));
}

function byFirstLine([one = ""]: readonly string[], [other = ""]: readonly string[]): number {
  return one < other ? -1 : 1;
}

function componentLines(node: Fields, other: Fields | undefined): string[] {
  const fields = Object.entries(templateOf(node)).flatMap(([name, field]) =>
    isFields(field) && !isEmpty(field["value"]) ? [[name, field["value"]] as const] : [],
  );
  // Code last: what is set stands before what it is made of.
  const values = fields.sort(([one], [other]) => order(one, other));
  const there = templateOf(other ?? {});
  const lines = values.flatMap(([name, value]) => {
    const isSame = name === "code" && typeof value === "string" && fieldsOf(own(there, name))["value"] === value;
    return isSame ? [`  code: the same, ${value.split("\n").length} lines`] : valueLines("  ", name, value);
  });
  return [String(node["id"]), ...lines];
}

/** Keys and names of variables that somebody typed into the file, also inside a group. */
function typedSecrets(node: Fields): string[] {
  return allNodesOf({ fields: { data: { nodes: [node] } } }).flatMap((one) =>
    Object.entries(templateOf(one)).flatMap(([name, field]) => {
      if (!isFields(field) || !isSecret(field) || isEmpty(field["value"])) return [];
      return [`  ${one === node ? "" : `${String(one["id"])}.`}${name}: typed here, not shown`];
    }),
  );
}

/** What differs of a component besides the values of its fields and its position. */
function propertyLines(node: Fields, other: Fields | undefined): string[] {
  if (!other) return [];
  const [mine, theirs] = [node, other].map((each) => withoutValues(fieldsOf(each["data"])));
  return differing(mine, theirs).flatMap(([path, value]) =>
    valueLines("  ", path.join(".").replace(/^node\.(template\.)?/, ""), value),
  );
}

function withoutValues(data: Fields): Fields {
  const component = fieldsOf(data["node"]);
  const template = Object.entries(fieldsOf(component["template"])).map(([name, field]) => {
    if (!isFields(field)) return [name, field] as const;
    const { value: _value, ...rest } = field;
    return [name, rest] as const;
  });
  return { ...data, node: { ...component, template: Object.fromEntries(template) } };
}

/** The canvas, and what else differs. */
function restLines({ fields }: FlowFile, other: FlowFile): string[] {
  const [mine, theirs] = [fields, other.fields].map((each) => {
    const { nodes, edges, ...canvas } = fieldsOf(each["data"]);
    const withoutData = (list: unknown, isData: boolean) =>
      Object.fromEntries(
        (Array.isArray(list) ? list.filter(isFields) : []).map(({ data, ...rest }) => [
          String(rest["id"]),
          isData ? { ...rest, data } : rest,
        ]),
      );
    return { ...canvas, components: withoutData(nodes, false), connections: withoutData(edges, true) };
  });
  const lines = differing(mine, theirs).flatMap(([path, value]) =>
    // Of one that only one side has, it is said above.
    path.length < 3 && (path[0] === "components" || path[0] === "connections")
      ? []
      : valueLines("  ", path.join("."), value),
  );
  return lines.length === 0 ? [] : ["", "canvas", ...lines];
}

/** The members, at any depth, whose values differ in the other, with the value here; undefined when only that has them. */
function differing(
  mine: unknown,
  theirs: unknown,
  path: readonly string[] = [],
): (readonly [path: readonly string[], value: unknown])[] {
  if (!isFields(mine) || !isFields(theirs)) return sortedJson(mine) === sortedJson(theirs) ? [] : [[path, mine]];
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort();
  return names.flatMap((name) => differing(own(mine, name), own(theirs, name), [...path, name]));
}

function order(one: string, other: string): number {
  if ((one === "code") !== (other === "code")) return one === "code" ? 1 : -1;
  return one < other ? -1 : 1;
}

function valueLines(indent: string, name: string, value: unknown): string[] {
  if (value === undefined) return [];
  const text = typeof value === "string" ? value : sortedJson(value);
  const lines = text.split("\n");
  if (lines.length === 1) return [`${indent}${name}: ${text}`];
  return [`${indent}${name}:`, ...lines.map((line) => `${indent}  ${line}`.trimEnd())];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
