import { redactSecrets } from "../../platform/redact.ts";
import { sortedJson } from "./exactJson.ts";
import { isFields, nodesOf, own, plainText, readFlowFile, templateOf } from "./flowFile.ts";
import type { FlowFile } from "./flowFile.ts";

/** How the second flow differs from the first, in lines for people; none when both are the same. No secret is in them. */
export function compareFiles(before: FlowFile, after: FlowFile): string[] {
  const [was, is] = [before, after].map((flow) => readFlowFile("A flow", plainText(flow)));
  if (!was || !is) return [];
  const settings = [...new Set([...Object.keys(was.fields), ...Object.keys(is.fields)])]
    .filter((key) => key !== "data" && key !== "id")
    .flatMap((key) => changed(key, was.fields[key], is.fields[key]));
  const lines = [...settings, ...nodeLines(was, is), ...edgeLines(was, is)];
  const isOther = sortedJson(was.fields["data"]) !== sortedJson(is.fields["data"]);
  return lines.length === 0 && isOther ? ["the layout differs"] : lines;
}

function nodeLines(was: FlowFile, is: FlowFile): string[] {
  const [left, right] = [was, is].map((flow) => new Map(nodesOf(flow).map((node) => [String(node["id"]), node])));
  const ids = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort();
  return ids.flatMap((id) => {
    const [mine, other] = [left?.get(id), right?.get(id)];
    if (!mine || !other) return [`${mine ? "-" : "+"} ${id}`];
    const [a, b] = [templateOf(mine), templateOf(other)];
    const values = [...new Set([...Object.keys(a), ...Object.keys(b)])]
      .sort()
      .flatMap((name) => changed(`${id}.${name}`, valueOf(own(a, name)), valueOf(own(b, name))));
    const rest = [mine, other].map((node) => sortedJson(isFields(node["data"]) ? node["data"] : {}));
    return values.length === 0 && rest[0] !== rest[1] ? [`${id}: other properties`] : values;
  });
}

function valueOf(field: unknown): unknown {
  return isFields(field) ? field["value"] : field;
}

function edgeLines(was: FlowFile, is: FlowFile): string[] {
  const [left, right] = [was, is].map((flow) => new Set(edgesOf(flow)));
  return [
    ...[...(left ?? [])].filter((edge) => !right?.has(edge)).map((edge) => `- ${edge}`),
    ...[...(right ?? [])].filter((edge) => !left?.has(edge)).map((edge) => `+ ${edge}`),
  ];
}

/** `Model-1.output → Parser-2.input`, as the flow has them. */
export function edgesOf({ fields }: FlowFile): string[] {
  const { edges } = isFields(fields["data"]) ? fields["data"] : {};
  return (Array.isArray(edges) ? edges.filter(isFields) : []).map(({ source, target, data }) => {
    const { sourceHandle, targetHandle } = isFields(data) ? data : {};
    const output = textOf(isFields(sourceHandle) ? sourceHandle["name"] : "");
    return `${textOf(source)}.${output} → ${textOf(target)}.${textOf(isFields(targetHandle) ? targetHandle["fieldName"] : "")}`;
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function changed(name: string, was: unknown, is: unknown): string[] {
  const [before, after] = [sortedJson(was), sortedJson(is)];
  return before === after ? [] : [`${name}: ${short(before)} → ${short(after)}`];
}

function short(text: string): string {
  const clean = redactSecrets(text).replaceAll(/\s+/g, " ");
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}
