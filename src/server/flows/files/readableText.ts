import { sortedJson } from "./exactJson.ts";
import { edgesOf } from "./compareFiles.ts";
import { isFields, nodesOf, plainText, readFlowFile, templateOf } from "./flowFile.ts";
import type { FlowFile } from "./flowFile.ts";

/** A flow for people who compare it: settings, values of components, connections; nothing of the canvas, no secret. */
export function readableText(flow: FlowFile): string {
  const plain = readFlowFile(flow.name, plainText(flow));
  const settings = Object.entries(plain.fields).filter(([key, value]) => key !== "data" && value !== null);
  const lines = [
    ...settings.flatMap(([key, value]) => valueLines("", key, value)),
    ...nodesOf(plain)
      .map((node) => componentLines(node))
      .sort()
      .flatMap((lines) => ["", ...lines]),
    "",
    "connections",
    ...edgesOf(plain)
      .map((edge) => `  ${edge}`)
      .sort(),
  ];
  return `${lines.join("\n")}\n`;
}

function componentLines(node: Readonly<Record<string, unknown>>): string[] {
  const fields = Object.entries(templateOf(node)).flatMap(([name, field]) =>
    isFields(field) && !isEmpty(field["value"]) ? [[name, field["value"]] as const] : [],
  );
  // Code last: what is set stands before what it is made of.
  const values = fields.sort(([one], [other]) => order(one, other));
  return [String(node["id"]), ...values.flatMap(([name, value]) => valueLines("  ", name, value))];
}

function order(one: string, other: string): number {
  if ((one === "code") !== (other === "code")) return one === "code" ? 1 : -1;
  return one < other ? -1 : 1;
}

function valueLines(indent: string, name: string, value: unknown): string[] {
  const text = typeof value === "string" ? value : sortedJson(value);
  const lines = text.split("\n");
  if (lines.length === 1) return [`${indent}${name}: ${text}`];
  return [`${indent}${name}:`, ...lines.map((line) => `${indent}  ${line}`.trimEnd())];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
