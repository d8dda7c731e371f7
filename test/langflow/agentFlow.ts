import { starterFiles } from "./starterProjects.ts";

interface Node {
  readonly data: { readonly type: string; readonly node: { readonly template: Record<string, { value: unknown }> } };
}

/** The data of Langflow's own "Simple Agent", which asks one of OpenAI's models and has a calculator. */
export function agentFlow(model: string): object {
  const starter = starterFiles<{ data: { nodes: readonly Node[] } }>("1.13.0").get("Simple Agent.json");
  if (!starter) throw new Error("There is no such starter project.");
  const data = structuredClone(starter.data);
  const template = data.nodes.find((node) => node.data.type === "Agent")?.data.node.template;
  if (!template?.["model"] || !template["api_key"]) throw new Error("The agent has another form.");
  const metadata = { model_class: "ChatOpenAI", model_name_param: "model", api_key_param: "api_key" };
  template["model"].value = [{ name: model, provider: "OpenAI", icon: "OpenAI", metadata }];
  template["api_key"].value = "OPENAI_API_KEY";
  return data;
}
