import { CodeAction, CodeActionKind, CodeActionTriggerKind } from "vscode";
import type { CodeActionContext, CodeActionProvider, CodeActionProviderMetadata, Range, TextDocument } from "vscode";
import { commandId, commandTitles } from "../../../protocol/commands.ts";
import { toolPath } from "../../support/toolPaths.ts";

const offered = ["explainCode", "explainHistory", "documentCode", "generateTests", "optimizePerformance"] as const;
const documented = new Set(["typescript", "typescriptreact", "javascript", "javascriptreact"]);

/** Only where somebody asks for code actions: a light bulb at every cursor would say nothing. */
export const assistActions: CodeActionProvider & { readonly metadata: CodeActionProviderMetadata } = {
  metadata: { providedCodeActionKinds: [CodeActionKind.Empty] },
  provideCodeActions(document: TextDocument, _range: Range, { triggerKind, only }: CodeActionContext) {
    // "Refactor…" asks for refactorings only; the whole menu for all kinds, or for the kind that contains all.
    const asksForAll = only === undefined || only.value === CodeActionKind.Empty.value;
    if (triggerKind !== CodeActionTriggerKind.Invoke || !asksForAll) return [];
    if (toolPath(document.uri) === undefined) return [];
    return offered
      .filter((name) => name !== "documentCode" || documented.has(document.languageId))
      .map((name) => {
        const action = new CodeAction(commandTitles[name], CodeActionKind.Empty);
        action.command = { command: commandId(name), title: commandTitles[name] };
        return action;
      });
  },
};
