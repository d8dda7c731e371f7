import { starterFiles } from "./starterProjects.ts";

interface Node {
  readonly data: { readonly type: string; readonly node: { readonly template: { readonly code: { value: string } } } };
}

/** The data of a flow that answers what it is asked; with a failure, it fails with these words. */
export function chatFlow(failure?: string): object {
  return chatFlowThat(failure === undefined ? [] : [`raise ValueError(${JSON.stringify(failure)})`]);
}

/** The data of a flow that first does what these lines of Python say, and then answers what it is asked. */
export function chatFlowThat(lines: readonly string[]): object {
  const starter = starterFiles<{ data: { nodes: readonly Node[] } }>("1.13.0").get("Basic Prompting.json");
  const node = structuredClone(starter?.data.nodes.find(({ data }) => data.type === "ChatInput"));
  if (!node) throw new Error("The starter project has no chat input.");
  const { code } = node.data.node.template;
  const head = "async def message_response(self) -> Message:\n";
  if (!code.value.includes(head)) throw new Error("The chat input has another form.");
  code.value = code.value.replace(head, head + lines.map((line) => `        ${line}\n`).join(""));
  return { nodes: [node], edges: [] };
}
