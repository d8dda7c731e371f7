import { Position, Range, Uri, WorkspaceEdit, window, workspace } from "vscode";
import { variableName } from "../../../protocol/variableName.ts";
import { UserError } from "../../server/userError.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { toolPath } from "../../support/toolPaths.ts";

interface SecretField {
  readonly uri: Uri;
  readonly file: string;
  readonly node: string;
  readonly field: string;
}

/** Makes a global variable of Langflow of the value of a field, and names it in the file. */
export async function moveSecret(server: WindowServer, uri: unknown, at: unknown): Promise<void> {
  const secret = secretField(uri, at);
  if (!secret) {
    void window.showInformationMessage("Run it as the quick fix of a secret in a flow file.");
    return;
  }
  const name = await window.showInputBox({
    title: `Name of the global variable for ${secret.field}`,
    prompt: "Langflow keeps the value, and the file only this name.",
    value: secret.field.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
    ignoreFocusOut: true,
    validateInput: (typed) =>
      variableName.test(typed) ? undefined : "Letters, digits, underscores and hyphens, such as API_KEY.",
  });
  if (name === undefined) return;
  const document = await workspace.openTextDocument(secret.uri);
  const { version } = document;
  const { file, node, field } = secret;
  const move = (existing: boolean) =>
    withProgress(`Moving ${field} to Langflow`, (work) =>
      server.operate("flowSecrets.move", { file, node, field, name, existing }, work),
    );
  let moved = await move(false);
  if (moved.result === "exists") {
    const use = "Use it";
    const question = `Langflow has a global variable ${name} already. Use it?`;
    const detail = "Its value stays as it is. The value in the file is removed.";
    if ((await window.showWarningMessage(question, { modal: true, detail }, use)) !== use) return;
    moved = await move(true);
  }
  const edit = new WorkspaceEdit();
  for (const { start, end, newText } of moved.edits) {
    const [first, last] = [start, end].map(({ line, character }) => new Position(line, character));
    if (first && last) edit.replace(secret.uri, new Range(first, last), newText);
  }
  if (document.version !== version || !(await workspace.applyEdit(edit))) {
    throw new UserError({
      code: "CONFLICT",
      message: `${file} was changed in between. Langflow has the variable ${name}.`,
      remedy: "Choose the quick fix again, and use that variable.",
    });
  }
  const said = moved.result === "created" ? "Langflow has the value now, as" : "The field takes";
  void window.showInformationMessage(`${said} the global variable ${name}. Save the file, and push it.`);
}

function secretField(given: unknown, at: unknown): SecretField | undefined {
  if (typeof given !== "string") return undefined;
  const uri = Uri.parse(given);
  const file = toolPath(uri);
  const parts: readonly unknown[] = Array.isArray(at) ? at : [];
  const [node, field] = parts;
  if (file === undefined || typeof node !== "string" || typeof field !== "string") return undefined;
  return { uri, file, node, field };
}
