import { z } from "zod";

/**
 * Where a setting may be given. Whatever decides who gets the token, what is contacted or what is written without a
 * question is "machine" or "application": a workspace cannot set it.
 */
export type SettingScope = "application" | "machine" | "resource";

interface SettingFacts {
  readonly scope: SettingScope;
  readonly description: string;
  /** One sentence for each value of a choice, in order. */
  readonly choices?: readonly string[];
}

interface Setting<T extends z.ZodType> extends SettingFacts {
  readonly schema: T;
}

function setting<T extends z.ZodType>(schema: T, facts: SettingFacts): Setting<T> {
  return { schema, ...facts };
}

/** Every setting, by its key behind `langflowConnect.`. Manifest, settings table and types are made from this. */
export const settingTable = {
  edits: setting(z.enum(["ask", "auto", "off"]).default("ask"), {
    scope: "application",
    description: "What happens when a flow or another client asks for a change of files.",
    choices: [
      "Every change is shown in Refactor Preview first.",
      "Changes are made at once; Undo takes them back.",
      "Changes are refused.",
    ],
  }),
  "preview.seconds": setting(z.int().min(10).max(160).default(150), {
    scope: "application",
    description: "How many seconds a change waits for your answer in Refactor Preview before it is given up.",
  }),
  "endpoint.advertisedUrl": setting(z.union([z.literal(""), z.httpUrl()]).default(""), {
    scope: "machine",
    description:
      "Address under which Langflow reaches the MCP endpoint when it runs in Docker, WSL or on another host, such as http://host.docker.internal:40123. Empty: the local address.",
  }),
  "findings.show": setting(z.enum(["worst", "warnings", "all"]).default("worst"), {
    scope: "application",
    description: "Which findings Analyze workspace lists in Problems.",
    choices: [
      "The 50 most worth acting on.",
      "Every error and warning.",
      "Everything, habits of the code base such as type assertions included.",
    ],
  }),
  "cost.model": setting(z.string().max(200).default(""), {
    scope: "machine",
    description: "Model whose price turns the tokens of tool calls into an estimate of money. Empty: tokens only.",
  }),
} as const;

/** What a headless server reads from its environment. */
export const environmentTable = {
  LFC_DATA:
    "Data folder, shared with VS Code. Default: `~/.langflow-connect`, on Windows `%LOCALAPPDATA%\\langflow-connect`.",
  LFC_EDITS: "As `langflowConnect.edits`, but `auto` (default) or `off`: nobody is there to ask.",
  LFC_ADVERTISED_URL: "As `langflowConnect.endpoint.advertisedUrl`.",
  LFC_COST_MODEL: "As `langflowConnect.cost.model`.",
  LFC_STORAGE_ENGINE: "Engine of the ledger: `auto` (default), `node` (SQLite of Node) or `sqljs` (in WebAssembly).",
} as const;

export type SettingKey = keyof typeof settingTable;

export type Settings = { readonly [Key in SettingKey]: z.output<(typeof settingTable)[Key]["schema"]> };

/** What the editor hands over; a value that does not fit counts as not set. */
export const settingsSchema = z.object({
  edits: settingTable.edits.schema.catch("ask"),
  "preview.seconds": settingTable["preview.seconds"].schema.catch(150),
  "endpoint.advertisedUrl": settingTable["endpoint.advertisedUrl"].schema.catch(""),
  "findings.show": settingTable["findings.show"].schema.catch("worst"),
  "cost.model": settingTable["cost.model"].schema.catch(""),
});
