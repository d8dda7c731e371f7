import { extensions, window } from "vscode";
import type { QuickPickItem, Uri } from "vscode";
import type { WindowServer } from "../../server/windowServer.ts";
import { UserError } from "../../server/userError.ts";
import { toolPath } from "../../support/toolPaths.ts";
import { otherState } from "./compareGraphs.ts";
import type { OtherState } from "./compareGraphs.ts";

interface Choice extends QuickPickItem {
  /** Behind "Compared with". */
  readonly name: string;
  text(): Promise<string>;
}

interface ComparedFile {
  readonly uri: Uri;
  /** Its id in Langflow; "" where the file does not say it. */
  readonly flow: string;
  readonly server: Pick<WindowServer, "operate">;
}

/** Asks what the file is compared with, and reads that. */
export async function chooseOtherState({ uri, flow, server }: ComparedFile): Promise<OtherState | undefined> {
  const langflow: Choice = {
    label: "Langflow",
    detail: "The flow as Langflow has it now",
    name: "Langflow",
    async text() {
      const like = toolPath(uri);
      return (await server.operate("flowFiles.serverText", { id: flow, ...(like !== undefined && { like }) })).text;
    },
  };
  const repository = gitRepository(uri);
  const lastCommit: Choice = {
    label: "Last commit",
    detail: "The file as Git has it in HEAD",
    name: "the last commit",
    text: () => committed(repository, uri),
  };
  const choices = [...(flow === "" ? [] : [langflow]), ...(repository ? [lastCommit] : [])];
  if (choices.length === 0) {
    throw new UserError({
      code: "NOT_FOUND",
      message: "There is nothing to compare this flow with.",
      remedy: "Push it to Langflow, or commit its file to Git.",
    });
  }
  const chosen = await window.showQuickPick(choices, { title: "Compare the graph with what?" });
  if (!chosen) return undefined;
  const other = otherState(chosen.name, await chosen.text());
  if (other) return other;
  throw new UserError({
    code: "NOT_FOUND",
    message: `What ${chosen.name} has of this file is no flow.`,
    remedy: "Compare it with something else.",
  });
}

/** What of the API of VS Code's Git extension is used. */
interface Repository {
  show(ref: string, path: string): Promise<string>;
}
interface GitExtension {
  getAPI(version: 1): { getRepository(uri: Uri): Repository | null };
}

function gitRepository(uri: Uri): Repository | undefined {
  const git = extensions.getExtension<GitExtension>("vscode.git");
  // It says so by failing where Git is switched off.
  try {
    return git?.isActive === true ? (git.exports.getAPI(1).getRepository(uri) ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

async function committed(repository: Repository | undefined, { fsPath }: Uri): Promise<string> {
  try {
    return (await repository?.show("HEAD", fsPath)) ?? "";
  } catch {
    throw new UserError({
      code: "NOT_FOUND",
      message: "The last commit does not have this file.",
      remedy: "Commit it first.",
    });
  }
}
