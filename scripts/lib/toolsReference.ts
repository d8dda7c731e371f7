// What docs/tools.md says of each tool, and the snapshot of what clients see of it.
import { z } from "zod";
import { allPrompts } from "../../src/server/prompts/allPrompts.ts";
import { reports, templates } from "../../src/server/resources/table.ts";
import { allTools } from "../../src/server/tools/index.ts";

/** Where the snapshots are; a file in it that belongs to no tool is stale. */
export const snapshotFolder = "test/mcp/snapshots";

/** The words of JSON Schema that the references are written from. */
const schemaShape = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  get items() {
    // `false` where `prefixItems` says all of it.
    return z.union([schemaShape, z.boolean()]).optional();
  },
  get prefixItems() {
    return z.array(schemaShape).optional();
  },
  get anyOf() {
    return z.array(schemaShape).optional();
  },
});
type Schema = z.infer<typeof schemaShape>;

/** Each tool with the first clause of its description, for the README. */
export function toolsTable(): string {
  const rows = allTools.map(({ name, listed: { description } }) => {
    const [clause = ""] = description.split(/[.;] |: (?!true)/);
    return `| [\`${name}\`](docs/tools.md#${name}) | ${cell(clause)} |`;
  });
  return ["| tool | what it does |", "| --- | --- |", ...rows].join("\n");
}

/** Arguments and answer of every tool. */
export function toolsReference(): string {
  const sections = allTools.map((tool) =>
    [
      `## ${tool.name}`,
      "",
      `${tool.listed.description} Toolset \`${tool.toolset}\`, effect \`${tool.effect}\`.`,
      "",
      ...argumentsTable(tool.listed.inputSchema),
      `Example: \`langflow-connect call ${tool.name} '${JSON.stringify(tool.example)}'\``,
      "",
      ...answerTable(tool.outputSchema),
    ].join("\n"),
  );
  return `# Tools\n\n<!-- Written by npm run gen. -->\n\n${sections.join("\n")}\n${promptsTable()}\n\n${resourcesTable()}`;
}

function promptsTable(): string {
  const rows = allPrompts.map(({ name, title, description, arguments: args }) => {
    const names = Object.entries(args).map(
      ([argument, { required }]) => `\`${argument}\`${required ? "" : " (optional)"}`,
    );
    return `| \`${name}\` | ${cell(title)} | ${names.join(", ")} | ${cell(description)} |`;
  });
  const intro =
    "Common tasks that an MCP client offers to its user, such as slash commands in the chat of VS Code. Paths, symbols and branches are completed while you type.";
  return [
    "# Prompts",
    "",
    intro,
    "",
    "| prompt | title | arguments | what it asks for |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function resourcesTable(): string {
  const rows = [
    ...reports.map(({ uri, title, description }) => `| \`${uri}\` | ${title} | ${cell(description)} |`),
    ...templates.map(({ start, title, description }) => `| \`${start}{+path}\` | ${title} | ${cell(description)} |`),
  ];
  const intro =
    "What an MCP client can attach to a conversation. Each is read by a tool, with the checks of that tool, and its tokens are in the ledger.";
  return ["# Resources", "", intro, "", "| address | title | what it is |", "| --- | --- | --- |", ...rows, ""].join(
    "\n",
  );
}

/** What a client gets to see of each tool, and the schema of its answer: a change of either shows in a review. */
export function toolSnapshots(): { path: string; text: string }[] {
  return allTools.map(({ name, listed, outputSchema }) => ({
    path: `${snapshotFolder}/${name}.json`,
    text: JSON.stringify({ ...listed, outputSchema }),
  }));
}

function argumentsTable(inputSchema: unknown): readonly string[] {
  const { properties = {}, required = [] } = schemaShape.parse(inputSchema);
  const rows = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\` | ${typeText(schema)} | ${required.includes(name) && schema.default === undefined ? "yes" : ""} | ${cell(schema.description ?? "")} |`,
  );
  if (rows.length === 0) return [];
  return ["| argument | type | required | meaning |", "| --- | --- | --- | --- |", ...rows, ""];
}

function answerTable(outputSchema: unknown): readonly string[] {
  const { properties = {}, required = [] } = schemaShape.parse(outputSchema);
  const rows = Object.entries(properties).map(
    ([name, schema]) =>
      `| \`${name}\` | ${typeText(schema)}${required.includes(name) ? "" : ", optional"} | ${cell(schema.description ?? "")} |`,
  );
  return ["| field of the answer | type | meaning |", "| --- | --- | --- |", ...rows, ""];
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.anyOf) return schema.anyOf.map(typeText).join(" or ");
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeText).join("; ")}]`;
  if (schema.type === "array") return `list of ${typeText(typeof schema.items === "object" ? schema.items : {})}`;
  if (schema.properties) return `object of ${Object.keys(schema.properties).join(", ")}`;
  const type = String(schema.type ?? "object");
  return schema.default === undefined ? type : `${type}, ${JSON.stringify(schema.default)}`;
}

function cell(text: string) {
  return text.replaceAll("|", "\\|");
}
