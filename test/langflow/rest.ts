import { Agent, fetch } from "undici";
import type { Langflow } from "../support/langflow.ts";

/** Fields of a node in a flow as Langflow stores it. */
export type Fields = Record<string, { value?: unknown }>;
interface StoredFlow {
  readonly data: { readonly nodes: readonly { id: string; data: { node: { template: Fields } } }[] };
}

// Not Node's own fetch, which can fail an assertion when a server closes while a long answer is still being read.
const dispatcher = new Agent({ pipelining: 0 });

/** Langflow's REST surface, asked past our own code. */
export function askLangflow({ url, apiKey }: Langflow) {
  async function ask(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await fetch(`${url}${path}`, {
      dispatcher,
      method,
      headers: { "x-api-key": apiKey, "content-type": "application/json", ...more },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} → ${String(response.status)}: ${text.slice(0, 300)}`);
    return text === "" ? undefined : JSON.parse(text);
  }
  async function mcpServers(): Promise<readonly string[]> {
    const list = (await ask("GET", "/api/v2/mcp/servers?action_count=false")) as { name: string }[];
    return list.map(({ name }) => name);
  }

  return {
    ask,
    mcpServers,
    /** What earlier tests have left: Langflow looks at all of them each time that one is counted. */
    async forgetMcpServers(): Promise<void> {
      for (const name of await mcpServers()) await ask("DELETE", `/api/v2/mcp/servers/${encodeURIComponent(name)}`);
    },
    async flows(): Promise<readonly { id: string; name: string; description?: string | null }[]> {
      return (await ask("GET", "/api/v1/flows/?get_all=true")) as [];
    },
    /** A copy of the analysis flow as a user changes it: its findings are those of one folder; gives its id. */
    async qualityOf(id: string, folder: string, change: (fields: Fields) => void = () => undefined): Promise<string> {
      const { data } = (await ask("GET", `/api/v1/flows/${id}`)) as StoredFlow;
      for (const node of data.nodes) {
        const { template } = node.data.node;
        if (node.id === "MCPTools-quality") template["path"] = { ...template["path"], value: folder };
        if (node.id.startsWith("MCPTools-")) change(template);
      }
      const made = (await ask("POST", "/api/v1/flows/", { name: `Quality of ${folder}`, data })) as { id: string };
      return made.id;
    },
    /** A run that none of our commands has part in; gives the files and lines that its report tells. */
    async runFlow(id: string): Promise<{ files: number; lines: number }> {
      const body = { input_value: "", input_type: "chat", output_type: "chat" };
      const text = JSON.stringify(await ask("POST", `/api/v1/run/${id}?stream=false`, body));
      const [, files, lines] = /(\d+) files, (\d+) lines/.exec(text) ?? [];
      if (files === undefined || lines === undefined) throw new Error(`no report in ${text.slice(0, 500)}`);
      return { files: Number(files), lines: Number(lines) };
    },
  };
}
