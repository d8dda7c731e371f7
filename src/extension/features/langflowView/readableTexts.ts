import { EventEmitter, Uri, commands, workspace } from "vscode";
import type { TextDocumentContentProvider } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import { UserError } from "../../server/userError.ts";
import { serverFlowScheme } from "./serverTexts.ts";
import type { ServerTexts } from "./serverTexts.ts";

export const readableScheme = "langflow-connect-readable";

/** Two flows as people compare them: by components, values and connections instead of JSON. */
export interface ReadableTexts extends TextDocumentContentProvider {
  open(left: Uri, right: Uri, title: string): Promise<void>;
  /** Those that are open are made once more. */
  refresh(): void;
}

export function createReadableTexts(server: WindowServer, texts: ServerTexts): ReadableTexts {
  const changed = new EventEmitter<Uri>();
  const shown = new Map<string, Uri>();

  /** From where it is, since what an editor has of a flow of Langflow may be a moment old. */
  async function textOf(uri: Uri): Promise<string> {
    if (uri.scheme === serverFlowScheme) return texts.textOf(uri);
    return (await workspace.openTextDocument(uri)).getText();
  }

  return {
    onDidChange: changed.event,
    async provideTextDocumentContent({ query }) {
      const { left, right, side } = readSides(query);
      const [one, other] = await Promise.all([textOf(Uri.parse(left, true)), textOf(Uri.parse(right, true))]);
      try {
        return (await server.operate("flowFiles.readable", { left: one, right: other }))[side];
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // What is no flow is compared as it is.
        return side === "left" ? one : other;
      }
    },
    async open(left, right, title) {
      const [one, other] = (["left", "right"] as const).map((side) => {
        const query = new URLSearchParams({ left: left.toString(), right: right.toString(), side }).toString();
        const { path } = side === "left" ? left : right;
        const uri = Uri.from({ scheme: readableScheme, path: path.replace(/\.json$/, ".txt"), query });
        shown.set(query, uri);
        changed.fire(uri);
        return uri;
      });
      await commands.executeCommand("vscode.diff", one, other, title);
    },
    refresh() {
      for (const uri of shown.values()) changed.fire(uri);
    },
  };
}

function readSides(query: string): { readonly left: string; readonly right: string; readonly side: "left" | "right" } {
  const given = new URLSearchParams(query);
  const side = given.get("side") === "left" ? "left" : "right";
  return { left: given.get("left") ?? "", right: given.get("right") ?? "", side };
}
