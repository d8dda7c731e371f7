import { MarkupKind } from "vscode-languageserver/node";
import type { Hover } from "vscode-languageserver/node";
import { fieldsOf, nameOf, textOf, textsOf } from "../../../flows/check/flowGraph.ts";
import type { GraphNode } from "../../../flows/check/flowGraph.ts";
import type { KnownComponents } from "../../../flows/check/knownComponents.ts";
import { own } from "../../../flows/files/flowFile.ts";
import type { Fields } from "../../../flows/files/flowFile.ts";
import { code, plain } from "../../../flows/markdown.ts";
import { redactSecrets } from "../../../platform/redact.ts";
import type { Subject } from "./subjects.ts";

/** What Langflow says of what the pointer is on; of a component that it does not have, what the file says. */
export function hoverOf(subject: Subject, known: KnownComponents | undefined): Hover | undefined {
  const lines = linesOf(subject, known);
  return lines && { contents: { kind: MarkupKind.Markdown, value: lines.filter((line) => line !== "").join("\n\n") } };
}

function linesOf(subject: Subject, known: KnownComponents | undefined): string[] | undefined {
  if (subject.kind === "variable") return undefined;
  if (subject.kind === "field") return fieldLines(subject.node, subject.field, known);
  if (subject.kind === "component") return componentLines(subject.node, known);
  const node = subject.graph.byId.get(subject.id);
  return node ? componentLines(node, known) : [`The flow has no component ${code(subject.id)}.`];
}

function componentLines(node: GraphNode, known: KnownComponents | undefined): string[] {
  const component = currentOf(node, known);
  const title = `**${plain(textOf(component["display_name"]) || nameOf(node))}** ${code(node.type)}`;
  const own = nameOf(node) === textOf(component["display_name"]) ? "" : `Here: ${plain(nameOf(node))}`;
  return [title, own, plain(textOf(component["description"])), `Id: ${code(node.id)}`];
}

function fieldLines(node: GraphNode, name: string, known: KnownComponents | undefined): string[] | undefined {
  const inFile = own(node.template, name);
  const current = own(fieldsOf(currentOf(node, known)["template"]), name);
  const field = fieldsOf(current ?? inFile);
  if (Object.keys(field).length === 0) return undefined;
  const types = textsOf(field["input_types"]).map(code).join(", ");
  const facts = [
    `Type: ${code(textOf(field["type"]))}`,
    ...(types === "" ? [] : [`Takes connections of: ${types}`]),
    // What the file has is a value, and nothing says what it was before.
    ...(current === undefined || current === inFile ? [] : [`Default: ${shownDefault(field)}`]),
    `Required: ${field["required"] === true ? "yes" : "no"}`,
  ];
  const title = `**${plain(textOf(field["display_name"]) || name)}** of ${plain(nameOf(node))}`;
  return [title, plain(textOf(field["info"])), facts.map((fact) => `- ${fact}`).join("\n")];
}

/** Everyone's own component is described by itself alone. */
function currentOf(node: GraphNode, known: KnownComponents | undefined): Fields {
  return (node.type === "CustomComponent" ? undefined : known?.find(node.type)) ?? node.component;
}

const longestDefault = 100;

function shownDefault({ value, password }: Fields): string {
  if (value === undefined || value === null || value === "" || password === true) return "none";
  const text = redactSecrets(typeof value === "string" ? value : JSON.stringify(value));
  return code(text.length > longestDefault ? `${text.slice(0, longestDefault)}…` : text);
}
