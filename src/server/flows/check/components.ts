import type { Component } from "../model.ts";
import { own } from "../files/flowFile.ts";
import type { KnownComponents } from "./knownComponents.ts";
import { codeOf, fieldsIn, fieldsOf, isInToolMode, listOf, nameOf, textOf, textsOf } from "./flowGraph.ts";
import type { FlowGraph, GraphNode } from "./flowGraph.ts";
import { problemOfNode } from "./problem.ts";
import type { FoundProblem } from "./problem.ts";

// Level 2. What is outdated, and what of it an update would break, is decided as the canvas does ("Review components"),
// and as lfx/upgrade/checker.py of 1.13.0.

export function componentProblems({ nodes }: FlowGraph, known: KnownComponents | undefined): FoundProblem[] {
  return nodes.flatMap((node) => (node.isNote || node.isGroup || node.type === "" ? [] : problemsOf(node, known)));
}

function problemsOf(node: GraphNode, known: KnownComponents | undefined): FoundProblem[] {
  const current = known?.find(node.type);
  const code = codeOf(node.template);
  if (code === "") return [withoutCode(node, known && !current)];
  if (!known) return [];
  if (!current) {
    const message = `This Langflow has no component ${node.type}: it runs the code that the flow brings.`;
    return [problemOfNode(node, { code: "unknown-component", severity: "info", level: 2, message })];
  }
  const theirs = codeOf(current.template);
  // Everyone's own component has its own code.
  if (theirs === "" || theirs === code || node.type === "CustomComponent") return [];
  if (node.component["edited"] === true) {
    const message = `The code of ${nameOf(node)} was edited, and differs from that of this Langflow.`;
    return [problemOfNode(node, { code: "edited-component", severity: "info", level: 2, message })];
  }
  const breaks = whatBreaks(node, current);
  const message = breaks
    ? `${nameOf(node)} is outdated, and an update changes ${breaks}: look at its connections afterwards.`
    : `${nameOf(node)} is outdated: this Langflow has another version of it.`;
  const problem = { code: breaks ? "breaking-update" : "outdated-component", severity: "warning", level: 2 } as const;
  return [problemOfNode(node, { ...problem, message })];
}

/** Langflow runs a component by the code in the flow, so one without cannot be built. */
function withoutCode(node: GraphNode, isUnknown: boolean | undefined): FoundProblem {
  const message = isUnknown
    ? `This Langflow has no component ${node.type}, and the flow does not bring its code.`
    : `${nameOf(node)} has no code: Langflow cannot build it.`;
  return problemOfNode(node, {
    code: isUnknown ? "unknown-component" : "missing-code",
    severity: "error",
    level: 2,
    message,
  });
}

/** What of the component its newer version takes away. */
export function whatBreaks(node: GraphNode, current: Component): string | undefined {
  const { outputs, template } = node;
  if (isInToolMode(node)) {
    if (!fieldsIn(current.template).some(([, field]) => Boolean(field["tool_mode"]))) return "that it can be a tool";
  } else if (current.outputs.length > 0 && !keepsOutputs(outputs, current)) return "its outputs";
  const fields = fieldsIn(current.template);
  const asked = fields.find(([name, field]) => isNew(name, template) && Boolean(field["required"]) && isEmpty(field));
  if (asked) return `that it needs ${asked[0]}`;
  const narrowed = fields.find(([name, field]) => {
    const accepted = textsOf(field["input_types"]);
    const before = textsOf(fieldsOf(own(template, name))["input_types"]);
    return accepted.length > 0 && before.some((type) => !accepted.includes(type));
  });
  return narrowed && `what ${narrowed[0]} takes`;
}

function keepsOutputs(outputs: GraphNode["outputs"], current: Component): boolean {
  const before = new Map(outputs.map((output) => [textOf(output["name"]), output]));
  if (before.size !== current.outputs.length) return false;
  return current.outputs.every((output) => {
    const old = before.get(output.name);
    if (!old) return false;
    const types = listOf(output.types);
    const keepsTypes = listOf(old["types"]).every((type) => types.includes(type));
    const same = (name: string) => (own(output, name) ?? undefined) === (own(old, name) ?? undefined);
    return keepsTypes && same("method") && same("allows_loop");
  });
}

/** Fields that the canvas adds to a component. */
export const ofTheCanvas = new Set(["is_refresh", "tools_metadata"]);

function isNew(name: string, template: GraphNode["template"]): boolean {
  return !name.startsWith("_") && !ofTheCanvas.has(name) && own(template, name) === undefined;
}

function isEmpty({ value }: Readonly<Record<string, unknown>>): boolean {
  return value === undefined || value === null || value === "";
}
