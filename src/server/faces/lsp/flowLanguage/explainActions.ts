import { CodeActionKind } from "vscode-languageserver/node";
import type { CodeAction, Range } from "vscode-languageserver/node";
import { commandId } from "../../../../protocol/commands.ts";
import type { OpenFlow } from "./openFlows.ts";

/** Ours below `source`, which an editor runs on save only when its user names it. */
export const explainKind = `${CodeActionKind.Source}.explainFlow`;

/**
 * "Explain flow" among the source actions of the file, which VS Code leaves out of the light bulb, and so once more on the
 * first line, where it is no refactoring and no fix.
 */
export function explainActionsOf(flow: OpenFlow, { start }: Range): CodeAction[] {
  const title = "Explain flow";
  const command = { title, command: commandId("explainFlow"), arguments: [flow.uri] };
  const kinds = start.line === 0 ? [explainKind, CodeActionKind.Empty] : [explainKind];
  return kinds.map((kind) => ({ title, kind, command }));
}
