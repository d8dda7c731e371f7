import type { TextEdit } from "vscode-languageserver/node";
import { nameOf, textOf } from "../../../flows/check/flowGraph.ts";
import type { JsonPath } from "../../../flows/check/flowGraph.ts";
import { connectionsTo } from "../../../flows/connections.ts";
import type { PossibleConnection } from "../../../flows/connections.ts";
import { sortedJson } from "../../../flows/files/exactJson.ts";
import type { OpenFlow } from "./openFlows.ts";
import { fieldIn } from "./subjects.ts";
import type { Item } from "./subjects.ts";

interface ConnectingFix {
  readonly title: string;
  readonly changed: TextEdit[];
}

/** Connections that fill a field, from each component of the flow with one output of a type that it takes. */
export function connectingFixes(flow: OpenFlow, { graph, node, rest }: Item): readonly ConnectingFix[] {
  const field = fieldIn(rest);
  if (!node || field === undefined) return [];
  const found = connectionsTo(graph, node, field);
  const titles = found.map(titleOf);
  return found.map((one, index) => {
    const title = titles[index] ?? "";
    const isAlone = titles.indexOf(title) === titles.lastIndexOf(title);
    return {
      title: isAlone ? title : `${title} (${one.source.id})`,
      changed: [...withItem(flow, [...graph.at, "edges"], one.edge), ...withOutput(flow, one)],
    };
  });
}

function titleOf({ source, output }: PossibleConnection): string {
  return `Connect ${nameOf(source)}'s ${textOf(output["display_name"]) || textOf(output["name"])}`;
}

function withOutput(flow: OpenFlow, { source, output, selectsOutput }: PossibleConnection): TextEdit[] {
  const value = selectsOutput ? flow.tree.find([...source.at, "data", "selected_output"])?.value : undefined;
  return value ? [{ range: flow.rangeOf(value), newText: JSON.stringify(output["name"]) }] : [];
}

/** Puts an item at the end of a list, in the form of a flow file and as deep as the list stands. */
function withItem(flow: OpenFlow, at: JsonPath, item: object): TextEdit[] {
  const list = flow.tree.find(at);
  if (!list) return [];
  const last = flow.tree.partsOf(list).at(-1);
  const [outer] = /^\s*/.exec(lineAt(flow.text, (list.name ?? list.value).start)) ?? [""];
  const inner = `\n${outer}  `;
  const text = `${inner}${sortedJson(item).replaceAll("\n", inner)}`;
  return last
    ? [{ range: flow.rangeOf({ start: last.value.end, end: last.value.end }), newText: `,${text}` }]
    : [{ range: flow.rangeOf(list.value), newText: `[${text}\n${outer}]` }];
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset) + 1;
  return text.slice(start, offset);
}
