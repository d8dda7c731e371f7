import { CodeActionKind } from "vscode-languageserver/node";
import type { CodeAction, Diagnostic, TextEdit } from "vscode-languageserver/node";
import { commandId } from "../../../../protocol/commands.ts";
import type { JsonPath } from "../../../flows/check/flowGraph.ts";
import { connectingFixes } from "./connectingFixes.ts";
import type { OpenFlow } from "./openFlows.ts";
import { itemAt } from "./subjects.ts";
import type { Item } from "./subjects.ts";

/** Ways to end what is wrong. Components are updated by the connected Langflow, in files of the flow folder. */
export function quickFixesOf(flow: OpenFlow, problems: readonly Diagnostic[], canUpdate: boolean): CodeAction[] {
  return problems.flatMap((problem) => {
    const item = itemAt(flow, flow.offsetAt(problem.range.start));
    const fixes = item ? fixesOf(flow, problem, item, canUpdate) : [];
    return fixes.map((fix) => ({ ...fix, kind: CodeActionKind.QuickFix, diagnostics: [problem] }));
  });
}

function fixesOf(flow: OpenFlow, { code }: Diagnostic, item: Item, canUpdate: boolean): CodeAction[] {
  const edits = (title: string, changed: TextEdit[]) =>
    changed.length > 0 ? [{ title, edit: { changes: { [flow.uri]: changed } } }] : [];
  switch (code) {
    case "outdated-component":
    case "breaking-update": {
      const title = "Update components of this flow";
      return canUpdate ? [{ title, command: { title, command: commandId("updateFlow"), arguments: [flow.uri] } }] : [];
    }
    case "secret-in-file":
      return edits("Empty this value", emptied(flow, item));
    case "missing-node":
      return edits("Remove this connection", item.edge ? withoutItem(flow, item.edge.at) : []);
    case "dead-component":
      return edits("Remove this component", withoutComponent(flow, item));
    case "missing-input":
      return connectingFixes(flow, item).flatMap(({ title, changed }) => edits(title, changed));
    default:
      return [];
  }
}

function emptied(flow: OpenFlow, { node, rest }: Item): TextEdit[] {
  const value = node && flow.tree.find([...node.at, ...rest, "value"])?.value;
  return value ? [{ range: flow.rangeOf(value), newText: '""' }] : [];
}

/** It is connected to nothing, so that no connection goes with it. */
function withoutComponent(flow: OpenFlow, { node }: Item): TextEdit[] {
  return node ? withoutItem(flow, node.at) : [];
}

/** Takes an item out of its list, with the comma and the line that it leaves. */
function withoutItem(flow: OpenFlow, at: JsonPath): TextEdit[] {
  const list = flow.tree.find(at.slice(0, -1));
  const items = list ? flow.tree.partsOf(list) : [];
  const index = items.findIndex(({ key }) => key === at.at(-1));
  const [before, item, after] = [items[index - 1], items[index], items[index + 1]];
  if (!list || !item) return [];
  if (!before && !after) return [{ range: flow.rangeOf(list.value), newText: "[]" }];
  const start = before ? before.value.end : item.value.start;
  const end = before || !after ? item.value.end : after.value.start;
  return [{ range: flow.rangeOf({ start, end }), newText: "" }];
}
