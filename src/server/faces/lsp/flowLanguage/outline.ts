import { SymbolKind } from "vscode-languageserver/node";
import type { DocumentSymbol } from "vscode-languageserver/node";
import { fieldNameOf, fieldsIn, nameOf, textOf, textsOf } from "../../../flows/check/flowGraph.ts";
import type { FlowGraph, GraphEdge, GraphNode, JsonPath } from "../../../flows/check/flowGraph.ts";
import { isSet } from "../../../flows/explain/setFields.ts";
import type { Fields } from "../../../flows/files/flowFile.ts";
import { redactSecrets } from "../../../platform/redact.ts";
import type { OpenFlow } from "./openFlows.ts";

/** Components with the fields that are set and their outputs, and what is connected with what. */
export function outlineOf(flow: OpenFlow): DocumentSymbol[] {
  const graphs = new Map(flow.graphs.map((graph) => [JSON.stringify(graph.at), graph]));

  function graphSymbols(at: JsonPath): DocumentSymbol[] {
    const graph = graphs.get(JSON.stringify(at));
    if (!graph) return [];
    const edges = graph.edges.flatMap((edge) => symbol(edge.at, edgeName(edge, graph), "", SymbolKind.Event));
    const connections = edges.length === 0 ? [] : symbol([...at, "edges"], "Connections", "", SymbolKind.Array, edges);
    return [...graph.nodes.flatMap(nodeSymbols), ...connections];
  }

  function nodeSymbols(node: GraphNode): DocumentSymbol[] {
    if (node.isNote)
      return symbol(node.at, "Note", firstLine(textOf(node.component["description"])), SymbolKind.String);
    const inside = graphSymbols([...node.at, "data", "node", "flow", "data"]);
    const children = [...fieldSymbols(node), ...outputSymbols(node), ...inside];
    return symbol(node.at, nameOf(node), node.id, node.isGroup ? SymbolKind.Module : SymbolKind.Class, children);
  }

  function fieldSymbols(node: GraphNode): DocumentSymbol[] {
    return fieldsIn(node.template).flatMap(([name, field]) => {
      if (!isSet(field)) return [];
      const at = [...node.at, "data", "node", "template", name];
      return symbol(at, textOf(field["display_name"]) || name, shownValue(field), SymbolKind.Field);
    });
  }

  function outputSymbols({ outputs, at }: GraphNode): DocumentSymbol[] {
    return outputs.flatMap((output, index) => {
      const name = textOf(output["display_name"]) || textOf(output["name"]);
      const types = textsOf(output["types"]).join(", ");
      return symbol([...at, "data", "node", "outputs", index], name, types, SymbolKind.Interface);
    });
  }

  function symbol(
    at: JsonPath,
    name: string,
    detail: string,
    kind: SymbolKind,
    children: DocumentSymbol[] = [],
  ): DocumentSymbol[] {
    const part = flow.tree.find(at);
    if (!part) return [];
    const { value, name: member = { start: value.start, end: value.start + 1 } } = part;
    const range = flow.rangeOf({ start: member.start, end: value.end });
    // An editor takes no symbol without a name.
    return [{ name: name || "(no name)", detail, kind, range, selectionRange: flow.rangeOf(member), children }];
  }

  return graphSymbols(["data"]);
}

function edgeName(edge: GraphEdge, { byId }: FlowGraph): string {
  const end = (id: string, part: string) => {
    const node = byId.get(id);
    return [node ? nameOf(node) : id || "?", part].filter((text) => text !== "").join(".");
  };
  const from = end(edge.source, textOf(edge.sourceHandle?.["name"]));
  return `${from} → ${end(edge.target, fieldNameOf(edge) ?? "")}`;
}

function shownValue({ value, password }: Fields): string {
  if (password === true) return "***";
  return firstLine(redactSecrets(typeof value === "string" ? value : JSON.stringify(value)));
}

const shownLength = 80;

function firstLine(text: string): string {
  const [line = "", ...more] = text.trimStart().split("\n");
  const cut = line.slice(0, shownLength);
  return cut === line && more.length === 0 ? line : `${cut}…`;
}
