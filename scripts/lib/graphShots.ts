// Pictures of a flow file as a graph beside its text.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Frame } from "playwright-core";
import { starterFiles } from "../../test/langflow/starterProjects.ts";
import { frameWith } from "../../test/support/editor.ts";
import type { Editor } from "../../test/support/editor.ts";
import { commitAll } from "../../test/support/workspaces.ts";

export interface GraphShots {
  readonly editor: Editor;
  readonly folder: string;
  readonly shot: (name: string) => Promise<void>;
  readonly check: (frame: Frame, name: string) => Promise<void>;
}

interface StarterFlow {
  readonly data: { readonly nodes: readonly StarterNode[] };
}
interface StarterNode {
  readonly id: string;
  readonly position: { readonly x: number; readonly y: number };
  readonly data: { readonly type: string; readonly node: { readonly template: Readonly<Record<string, object>> } };
}

export async function shootGraph({ editor, folder, shot, check }: GraphShots): Promise<void> {
  const file = path.join(folder, "flows/Memory.json");
  const flow = starterFiles<StarterFlow>("1.13.0").get("Memory Chatbot.json");
  if (!flow) throw new Error("The starter project is gone.");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(flow, null, 2)}\n`);
  commitAll(folder);
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
  await graph.getByRole("button", { name: "as a list" }).click();
  await writeFile(file, `${JSON.stringify(changed(flow), null, 2)}\n`);
  await graph.getByRole("button", { name: "Compare with…" }).click();
  await editor.page.locator(".quick-input-widget .monaco-list-row", { hasText: "Last commit" }).click();
  await graph.getByRole("status").getByText("Compared with the last commit: 1 added, 1 changed, 1 removed").waitFor();
  await shot("flow-graph-comparison");
  await check(graph, "flow-graph-comparison");
  await editor.inHost(async (vscode) => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("workbench.view.explorer");
  });
}

/** With another instruction of the agent, and another memory than the one that was there. */
function changed(flow: StarterFlow): StarterFlow {
  const nodes = flow.data.nodes.map((node) => {
    if (node.data.type === "MemoryBase")
      return { ...node, id: "MemoryBase-new", position: { x: node.position.x, y: node.position.y + 500 } };
    if (node.data.type !== "Agent") return node;
    const template = {
      ...node.data.node.template,
      system_prompt: { ...node.data.node.template["system_prompt"], value: "Be brief." },
    };
    return { ...node, data: { ...node.data, node: { ...node.data.node, template } } };
  });
  return { ...flow, data: { ...flow.data, nodes } };
}
