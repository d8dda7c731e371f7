import { CompletionItemKind } from "vscode-languageserver/node";
import type { CompletionItem, Position } from "vscode-languageserver/node";
import { fieldsOf, listOf, nameOf } from "../../../flows/check/flowGraph.ts";
import type { GraphNode, JsonPath } from "../../../flows/check/flowGraph.ts";
import type { KnownComponents } from "../../../flows/check/knownComponents.ts";
import { own } from "../../../flows/files/flowFile.ts";
import type { OpenFlow } from "./openFlows.ts";
import { fieldIn, itemAt } from "./subjects.ts";
import type { Item } from "./subjects.ts";

interface Choice {
  readonly value: unknown;
  readonly detail: string;
}

/** Values of fields that have options, and components at the ends of connections. */
export function completionsAt(
  flow: OpenFlow,
  position: Position,
  known: KnownComponents | undefined,
): CompletionItem[] {
  const item = itemAt(flow, flow.offsetAt(position));
  if (!item || item.isName) return [];
  const base = item.node ?? item.edge;
  const value = base && flow.tree.find([...base.at, ...item.rest])?.value;
  if (!value) return [];
  const range = flow.rangeOf(value);
  return choicesFor(item, known).map(({ value: choice, detail }) => {
    const newText = JSON.stringify(choice);
    // The quotes belong to what is replaced, and so to what is compared with what was typed.
    return {
      label: String(choice),
      kind: CompletionItemKind.Value,
      detail,
      filterText: newText,
      textEdit: { range, newText },
    };
  });
}

function choicesFor({ graph, node, edge, rest }: Item, known: KnownComponents | undefined): Choice[] {
  if (node) return optionsOf(node, rest, known);
  if (!edge || !ends.has(rest.join("."))) return [];
  return graph.nodes.flatMap((each) => (each.isNote ? [] : [{ value: each.id, detail: nameOf(each) }]));
}

const ends = new Set(["source", "target", "data.sourceHandle.id", "data.targetHandle.id"]);

/** Of the value itself, or of an item where it is a list. */
function optionsOf(node: GraphNode, rest: JsonPath, known: KnownComponents | undefined): Choice[] {
  const name = fieldIn(rest);
  const [member, index, ...deeper] = rest.slice(4);
  if (name === undefined || member !== "value" || deeper.length > 0 || typeof index === "string") return [];
  const current = fieldsOf(own(known?.find(node.type)?.template ?? {}, name));
  const inFile = listOf(fieldsOf(own(node.template, name))["options"]);
  // The file's come first: they may follow from what was chosen in another field.
  const options = inFile.length > 0 ? inFile : listOf(current["options"]);
  return options
    .filter((value) => typeof value === "string" || typeof value === "number")
    .map((value) => ({ value, detail: name }));
}
