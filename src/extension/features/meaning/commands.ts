import { window } from "vscode";
import type { ExtensionContext } from "vscode";
import { count } from "../../../protocol/format.ts";
import { embeddingsKeyName } from "../../server/windowServer.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";

/** Keeps the key of this user in SecretStorage. The server reads it at its start. */
export async function setEmbeddingsKey(server: WindowServer, secrets: ExtensionContext["secrets"]): Promise<void> {
  const typed = await window.showInputBox({
    title: "Key for embeddings",
    prompt: "Sent to the address in langflowConnect.embeddings.url. Empty removes it.",
    password: true,
    ignoreFocusOut: true,
  });
  if (typed === undefined) return;
  if (typed === "") await secrets.delete(embeddingsKeyName);
  else await secrets.store(embeddingsKeyName, typed);
  await server.restart();
  void window.showInformationMessage(typed === "" ? "The key is removed." : "The key is kept.");
}

/** Cancelling stops the indexing, also the one that the server began by itself. */
export async function indexCode(server: WindowServer): Promise<void> {
  const { indexed, files, chunks } = await withProgress("Indexing code", (work) =>
    server.operate("meaning.index", {}, work),
  );
  void window.showInformationMessage(
    `${count(indexed)} of ${count(files)} files can be searched by meaning, in ${count(chunks)} parts.`,
  );
}
