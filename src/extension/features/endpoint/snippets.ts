export interface SnippetFacts {
  readonly url: string;
  /** The same as Langflow reaches it, which may run elsewhere. */
  readonly publicUrl: string;
  readonly token: string;
}

export interface Snippet {
  readonly label: string;
  readonly detail: string;
  readonly containsToken: boolean;
  text(facts: SnippetFacts): string;
}

const name = "langflow-connect";
const json = (value: unknown) => JSON.stringify(value, undefined, 2);
const headers = (token: string) => ({ Authorization: `Bearer ${token}` });

/** What each client's configuration takes, with the token in it. */
export const snippets: readonly Snippet[] = [
  {
    label: "Langflow",
    detail: "For Settings → MCP servers → Add → JSON. Connect to Langflow does this by itself.",
    containsToken: true,
    text: ({ publicUrl, token }) => json({ mcpServers: { [name]: { url: publicUrl, headers: headers(token) } } }),
  },
  {
    label: "VS Code",
    detail: "For mcp.json of another window; this one has the tools already.",
    containsToken: true,
    text: ({ url, token }) => json({ servers: { [name]: { type: "http", url, headers: headers(token) } } }),
  },
  {
    label: "Claude",
    detail: "For .mcp.json or ~/.claude.json of Claude Code.",
    containsToken: true,
    text: ({ url, token }) => json({ mcpServers: { [name]: { type: "http", url, headers: headers(token) } } }),
  },
  {
    label: "Cursor",
    detail: "For ~/.cursor/mcp.json.",
    containsToken: true,
    text: ({ url, token }) => json({ mcpServers: { [name]: { url, headers: headers(token) } } }),
  },
  { label: "Address only", detail: "The URL without the token.", containsToken: false, text: ({ url }) => url },
];
