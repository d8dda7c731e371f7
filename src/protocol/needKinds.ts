// Apart from the schemas: the window reads it before it needs zod.

export const needKinds = [
  "variable",
  "key",
  "file",
  "mcpServer",
  "knowledgeBase",
  "flow",
  "provider",
  "component",
] as const;
export type NeedKind = (typeof needKinds)[number];

/** The words for a kind. */
export const needWords: Readonly<Record<NeedKind, string>> = {
  variable: "variable",
  key: "key",
  file: "file",
  mcpServer: "MCP server",
  knowledgeBase: "knowledge base",
  flow: "flow",
  provider: "model provider",
  component: "component",
};
