// Who may import whom, as data. A folder that is not listed may be imported by nobody outside itself.
// Checked by the lint rule below; docs/architecture.md states the reasons.

/** Folder → folders it may import from, besides itself. `types:` allows only `import type`. */
export const layers: Readonly<Record<string, readonly string[]>> = {
  "src/protocol": [],
  // A feature is given what it needs of others by main.ts, which composes them.
  "src/extension": [
    "src/protocol",
    "src/extension/server",
    "src/extension/support",
    "src/extension/features/alerts",
    "src/extension/features/connection",
    "src/extension/features/endpoint",
    "src/extension/features/findings",
    "src/extension/features/flows",
    "src/extension/features/langflowView",
    "src/extension/features/meaning",
    "src/extension/features/panel",
    "src/extension/features/refactoring",
    "src/extension/features/reports",
    "src/extension/features/status",
  ],
  "src/extension/support": ["src/protocol"],
  "src/extension/server": ["src/protocol", "src/extension/support"],
  "src/extension/features/alerts": ["types:src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/connection": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/endpoint": ["src/extension/server", "types:src/extension/support"],
  "src/extension/features/findings": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/flows": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/langflowView": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/meaning": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/panel": ["src/protocol", "src/extension/server", "src/extension/support"],
  "src/extension/features/refactoring": ["src/extension/server", "src/extension/support"],
  "src/extension/features/reports": ["src/extension/support"],
  "src/extension/features/status": ["src/protocol", "src/extension/server", "types:src/extension/support"],
  "src/webview": ["src/protocol"],
  "src/server/platform": ["src/protocol"],
  "src/server/storage": ["src/server/platform"],
  "src/server/workspace": ["src/server/platform", "src/protocol"],
  "src/server/analysis": ["src/server/platform", "src/protocol", "types:src/server/workspace"],
  // What a flow is, without Langflow: pure, see `forbiddenModules`.
  "src/server/flows": ["src/server/platform", "src/protocol"],
  "src/server/langflow": ["src/server/platform", "src/protocol", "src/server/flows"],
  "src/server/memory": ["types:src/protocol", "src/server/platform", "types:src/server/storage"],
  "src/server/vectors": ["src/server/platform"],
  "src/server/health": ["src/protocol", "src/server/platform", "types:src/server/economy"],
  "src/server/economy": ["src/server/platform", "src/protocol", "src/server/memory", "types:src/server/storage"],
  "src/server/tools": [
    "src/server/platform",
    "src/protocol",
    "types:src/server/workspace",
    "types:src/server/analysis",
    "types:src/server/health",
    "types:src/server/memory",
    "types:src/server/vectors",
  ],
  // What a user can ask for besides the tools.
  "src/server/operations": [
    "src/protocol",
    "src/server/platform",
    "types:src/server/langflow",
    "types:src/server/economy",
    "types:src/server/health",
    "types:src/server/memory",
    "types:src/server/vectors",
  ],
  "src/server/faces/http": ["src/server/platform", "types:src/server/tools", "types:src/server/operations"],
  "src/server/faces/mcp": ["src/server/platform", "types:src/server/tools"],
  "src/server/faces/lsp": [
    "src/server/platform",
    // Flow files are a language there.
    "src/server/flows",
    "types:src/server/tools",
    "src/protocol",
    "types:src/server/workspace",
    "types:src/server/economy",
    "types:src/server/operations",
  ],
  // The entry of a worker thread wires what runs there.
  "src/server/economy/worker.ts": ["src/server/economy", "src/server/platform", "src/server/storage"],
  // The endpoint opens the HTTP faces; the composition root, the command line and the entry see everything.
  "src/server/endpoint": [
    "src/server/platform",
    "types:src/server/tools",
    "src/server/faces/http",
    "src/server/faces/mcp",
    "types:src/server/operations",
  ],
  "src/server/app": [
    "types:src/protocol",
    "src/server/platform",
    "types:src/server/storage",
    "src/server/workspace",
    "src/server/analysis",
    "src/server/langflow",
    "src/server/economy",
    "src/server/health",
    "src/server/memory",
    "src/server/vectors",
    "src/server/tools",
    "types:src/server/faces/lsp",
    "src/server/endpoint",
    "src/server/operations",
  ],
  "src/server/cli": [
    "src/protocol",
    "src/server/platform",
    "src/server/storage",
    "src/server/workspace",
    "src/server/analysis",
    "src/server/economy",
    "src/server/vectors",
    "src/server/flows",
    "src/server/langflow",
    "src/server/tools",
    "src/server/faces/mcp",
    "src/server/faces/lsp",
    "src/server/endpoint",
    "src/server/app",
    "src/server/operations",
  ],
  "src/server": ["src/server/cli"],
};

/** Modules of Node that a folder may not import, since what they reach is for others: tools ask the workspace for files. */
export const forbiddenModules: Readonly<Record<string, readonly string[]>> = {
  "src/server/tools": ["node:fs"],
  "src/server/flows": ["node:fs", "node:http", "node:https", "node:net", "node:child_process", "node:worker_threads"],
};

const extensionFolders = Object.keys(layers).filter((folder) => folder.startsWith("src/extension"));

/** Packages that only these folders may import. */
export const packageOwners: Readonly<Record<string, readonly string[]>> = {
  "ts-morph": ["src/server/analysis"],
  "@vscode/tree-sitter-wasm": ["src/server/analysis"],
  "@modelcontextprotocol/server": ["src/server/faces/mcp"],
  "@modelcontextprotocol/node": ["src/server/faces/mcp"],
  "vscode-languageserver": ["src/server/faces/lsp"],
  "vscode-languageclient": ["src/extension/server"],
  vscode: extensionFolders,
  "sql.js": ["src/server/storage"],
  "node:sqlite": ["src/server/storage"],
  undici: ["src/server/platform"],
  react: ["src/webview"],
  nodemailer: ["src/server/health"],
};
