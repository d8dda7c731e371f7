import { CodeActionKind } from "vscode-languageserver/node";
import type { CodeAction, Diagnostic, TextEdit } from "vscode-languageserver/node";
import { commandId } from "../../../../protocol/commands.ts";
import type { CommandName } from "../../../../protocol/commands.ts";
import type { JsonPath } from "../../../flows/check/flowGraph.ts";
import { mcpServerOf } from "../../../flows/check/mcpTools.ts";
import { typedSecret } from "../../../flows/files/variableInstead.ts";
import { connectingFixes } from "./connectingFixes.ts";
import type { OpenFlow } from "./openFlows.ts";
import { fieldIn, itemAt } from "./subjects.ts";
import type { Item } from "./subjects.ts";

/** What some fixes need. */
export interface FixContext {
  readonly isConnected: boolean;
  /** Components are updated in files of the flow folder. */
  readonly isFlowFile: boolean;
  /** The name of this workspace among Langflow's MCP servers. */
  readonly serverName: string | undefined;
}

/** Ways to end what is wrong. */
export function quickFixesOf(flow: OpenFlow, problems: readonly Diagnostic[], context: FixContext): CodeAction[] {
  return problems.flatMap((problem) => {
    const item = itemAt(flow, flow.offsetAt(problem.range.start));
    const fixes = item ? fixesOf(flow, problem, item, context) : [];
    return fixes.map((fix) => ({ ...fix, kind: CodeActionKind.QuickFix, diagnostics: [problem] }));
  });
}

function fixesOf(flow: OpenFlow, { code }: Diagnostic, item: Item, context: FixContext): CodeAction[] {
  const edits = (title: string, changed: TextEdit[]) =>
    changed.length > 0 ? [{ title, edit: { changes: { [flow.uri]: changed } } }] : [];
  const run = (title: string, name: CommandName, ...args: readonly unknown[]) => ({
    title,
    command: { title, command: commandId(name), arguments: [...args] },
  });
  const { isConnected, isFlowFile, serverName } = context;
  switch (code) {
    case "outdated-component":
    case "breaking-update":
      return isConnected && isFlowFile ? [run("Update components of this flow", "updateFlow", flow.uri)] : [];
    case "secret-in-file": {
      const [node, field] = [item.node?.id ?? "", fieldIn(item.rest) ?? ""];
      const canMove = isConnected && typedSecret(flow, node, field) !== undefined;
      const move = run("Move this secret to a global variable", "moveSecret", flow.uri, [node, field]);
      return [...(canMove ? [move] : []), ...edits("Empty this value", emptied(flow, item))];
    }
    case "missing-node":
      return edits("Remove this connection", item.edge ? withoutItem(flow, item.edge.at) : []);
    case "dead-component":
      return edits("Remove this component", withoutComponent(flow, item));
    case "unknown-mcp-server": {
      // Of another server nobody here knows more than its name.
      const isOwn = isConnected && item.node !== undefined && mcpServerOf(item.node) === serverName;
      return isOwn ? [run("Register this workspace's MCP server", "registerServer")] : [];
    }
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
