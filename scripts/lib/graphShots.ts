// Pictures of a flow file as a graph beside its text.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { starterFiles } from "../../test/langflow/starterProjects.ts";
import { frameWith } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";

export interface GraphShots {
  readonly editor: Editor;
  readonly folder: string;
  readonly shot: (name: string) => Promise<void>;
  readonly check: (frame: Frame, name: string) => Promise<void>;
}

const starter = "Memory Chatbot.json";

export async function shootGraph({ editor, folder, shot, check }: GraphShots): Promise<void> {
  const file = path.join(folder, "flows/Memory.json");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(starterFiles<object>("1.13.0").get(starter), null, 2)}\n`);
  await editor.inHost(async (vscode, name) => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("workbench.action.closeSidebar");
    await vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
  }, file);
  await editor.runCommand("Langflow Connect: Show graph of flow");
  const graph = await frameWith(editor.page, ".react-flow__node-component");
  await graph.locator(".react-flow__node-component", { hasText: "Agent" }).click();
  await graph.locator(".current").waitFor();
  await shot("flow-graph");
  await graph.getByRole("button", { name: "as a list" }).click();
  await shot("flow-graph-list");
  await check(graph, "flow-graph");
  await editor.inHost(async (vscode) => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("workbench.view.explorer");
  });
}
