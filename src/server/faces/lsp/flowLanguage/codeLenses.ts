import type { CodeLens } from "vscode-languageserver/node";
import { commandId } from "../../../../protocol/commands.ts";
import type { CommandName } from "../../../../protocol/commands.ts";
import { textOf } from "../../../flows/check/flowGraph.ts";
import type { OpenFlow } from "./openFlows.ts";

/** What can be done with a flow, above its text. All of it needs Langflow; what takes files, one of the flow folder. */
export function codeLensesOf(flow: OpenFlow, isFlowFile: boolean): CodeLens[] {
  const range = flow.rangeOf({ start: 0, end: 0 });
  const lens = (title: string, name: CommandName, argument: string) => ({
    range,
    command: { title, command: commandId(name), arguments: [argument] },
  });
  const id = textOf(flow.fields["id"]);
  const run = id === "" ? [] : [lens("Run", "runFlow", id)];
  if (!isFlowFile) return run;
  return [
    ...run,
    lens("Compare with Langflow", "compareFlow", flow.uri),
    lens("Push", "pushFlow", flow.uri),
    lens("Update components", "updateFlow", flow.uri),
  ];
}
