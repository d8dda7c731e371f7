import { starterFiles } from "./starterProjects.ts";

interface Node {
  readonly data: { readonly type: string; readonly node: { readonly template: { readonly code: { value: string } } } };
}

/** The data of a flow that answers what it is asked; with a failure, it fails with these words. */
export function chatFlow(failure?: string): object {
  const starter = starterFiles<{ data: { nodes: readonly Node[] } }>("1.13.0").get("Basic Prompting.json");
  const node = structuredClone(starter?.data.nodes.find(({ data }) => data.type === "ChatInput"));
  if (!node) throw new Error("The starter project has no chat input.");
  if (failure !== undefined) {
    const { code } = node.data.node.template;
    const head = "async def message_response(self) -> Message:\n";
    if (!code.value.includes(head)) throw new Error("The chat input has another form.");
    code.value = code.value.replace(head, `${head}        raise ValueError(${JSON.stringify(failure)})\n`);
  }
  return { nodes: [node], edges: [] };
}
