import { ErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { Position, Range, TextEdit, WorkspaceEdit } from "vscode-languageserver/node";
import { nameOf, textOf } from "../../../flows/check/flowGraph.ts";
import type { FlowGraph, JsonPath } from "../../../flows/check/flowGraph.ts";
import type { FlowNeedsText } from "./flowsOfFolder.ts";
import type { OpenFlow } from "./openFlows.ts";
import { definitions, usesOf } from "./references.ts";
import { itemAt } from "./subjects.ts";
import type { Subject } from "./subjects.ts";

/** What the cursor is on, when it can be renamed: the id of a component wherever it stands alone, or its display name. */
export function renamableAt(flow: OpenFlow, subject: Subject, position: Position) {
  const old = oldName(subject);
  const item = itemAt(flow, flow.offsetAt(position));
  const at = (item?.node ?? item?.edge)?.at;
  const value = item && at && flow.tree.find([...at, ...item.rest])?.value;
  if (!value || old === undefined || flow.text.slice(value.start, value.end) !== JSON.stringify(old)) return undefined;
  const range: Range = flow.rangeOf({ start: value.start + 1, end: value.end - 1 });
  return { range, placeholder: old };
}

function oldName(subject: Subject): string | undefined {
  if (subject.kind === "end") return subject.id === "" ? undefined : subject.id;
  if (subject.kind !== "component" || subject.by === "type") return undefined;
  return subject.by === "id" ? subject.node.id : textOf(subject.node.component["display_name"]);
}

interface Renaming {
  readonly newName: string;
  /** What lies beside the flow names its components too. */
  readonly needs: FlowNeedsText | undefined;
}

/** Undefined where nothing can be renamed; fails with the reason when the new name cannot be. */
export function renameOf(flow: OpenFlow, subject: Subject, { newName, needs }: Renaming): WorkspaceEdit | undefined {
  const from = oldName(subject);
  if (from === undefined || (subject.kind !== "component" && subject.kind !== "end")) return undefined;
  const { graph } = subject;
  if (subject.kind === "component" && subject.by === "displayName") {
    if (newName.trim() === "") throw refused("A component needs a name.");
    const at = [...subject.node.at, "data", "node", "display_name"];
    return { changes: { [flow.uri]: replaced(flow, at, newName) } };
  }
  if (newName === from) return { changes: {} };
  checkNewId(flow, graph, { from, to: newName });
  const whole = [...definitions(graph, from), ...usesOf(graph, from)];
  const edits = [...whole.flatMap((at) => replaced(flow, at, newName)), ...editsOfTexts(flow, graph, from, newName)];
  const ofNeeds = needs ? editsOfNeeds(needs, from, newName) : [];
  return { changes: { [flow.uri]: edits, ...(needs && ofNeeds.length > 0 && { [needs.uri]: ofNeeds }) } };
}

/** Langflow takes a component whose id contains one of them for an input or output of the flow. */
const words = ["chat", "text", "webhook"];

function checkNewId(flow: OpenFlow, graph: FlowGraph, { from, to }: { from: string; to: string }): void {
  if (graph.isInside) {
    throw refused("Fields and outputs of a group are named after its components: ungroup it on the canvas first.");
  }
  const bearers = graph.nodes.filter(({ id }) => id === from);
  if (bearers.length === 0) throw refused(`The flow has no component ${from}.`);
  if (bearers.length > 1) throw refused(`Two components have the id ${from}: give one of them another id first.`);
  const kind = from.split("-", 1)[0] ?? "";
  const rest = to.startsWith(`${kind}-`) ? to.slice(kind.length + 1) : undefined;
  if (rest === undefined || !/^[\w-]+$/.test(rest)) {
    const shape = "and then letters, digits, hyphens or underscores";
    throw refused(`Langflow reads the kind of a component from its id: it must begin with ${kind}-, ${shape}.`);
  }
  const word = words.find((one) => rest.toLowerCase().includes(one) && !from.toLowerCase().includes(one));
  if (word !== undefined) {
    throw refused(`Langflow would take a component with ${word} in its id for an input or output of the flow.`);
  }
  const taken = flow.graphs.flatMap(({ nodes }) => nodes).find(({ id }) => id === to);
  if (taken) throw refused(`${nameOf(taken)} has the id ${to} already.`);
}

function refused(message: string): ResponseError {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

/** Handles, and ids of edges, which are made of the ids of components and of handles. */
function editsOfTexts(flow: OpenFlow, { edges }: FlowGraph, from: string, to: string): TextEdit[] {
  const inHandle = (text: string) =>
    ["œidœ:œ", "œidœ: œ"].reduce((whole, key) => whole.split(`${key}${from}œ`).join(`${key}${to}œ`), text);
  return edges.flatMap(({ at, fields, source, target }) => {
    const edit = (name: string, change: (text: string) => string): TextEdit[] => {
      const text = textOf(fields[name]);
      const changed = change(text);
      return changed === text ? [] : replaced(flow, [...at, name], changed);
    };
    return [
      ...edit("sourceHandle", inHandle),
      ...edit("targetHandle", inHandle),
      ...edit("id", (text) => {
        const begun = source === from ? withSource(text, from, to) : text;
        return inHandle(target === from ? withTarget(begun, from, to) : begun);
      }),
    ];
  });
}

/** Of an edge's id such as `xy-edge__SOURCE{…}-TARGET{…}`. */
function withSource(id: string, from: string, to: string): string {
  const prefix = ["reactflow__edge-", "xy-edge__", ""].find((one) => id.startsWith(`${one}${from}`));
  const rest = id.slice((prefix ?? "").length + from.length);
  return prefix !== undefined && /^[{-]/.test(rest) ? `${prefix}${to}${rest}` : id;
}

function withTarget(id: string, from: string, to: string): string {
  const at = id.lastIndexOf(`-${from}`);
  const rest = id.slice(at + 1 + from.length);
  return at !== -1 && /^(\{.*\})?$/.test(rest) ? `${id.slice(0, at)}-${to}${rest}` : id;
}

function editsOfNeeds(needs: FlowNeedsText, from: string, to: string): TextEdit[] {
  return Object.keys(needs.variables).flatMap((at) => {
    const dot = at.lastIndexOf(".");
    const name = at.slice(0, dot) === from ? needs.tree.find(["variables", at])?.name : undefined;
    return name ? [{ range: needs.rangeOf(name), newText: JSON.stringify(`${to}${at.slice(dot)}`) }] : [];
  });
}

function replaced(flow: OpenFlow, at: JsonPath, text: string): TextEdit[] {
  const value = flow.tree.find(at)?.value;
  return value ? [{ range: flow.rangeOf(value), newText: JSON.stringify(text) }] : [];
}
