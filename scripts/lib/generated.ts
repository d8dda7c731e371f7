// Every generated file with the text that it must have. Run by Node's type stripping, so sources are imported as they are.
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { allTools } from "../../src/server/tools/index.ts";
import { environmentReference, manifest, settingsReference } from "./manifest.ts";

/** The words of JSON Schema that the references are written from. */
const schemaShape = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  get items() {
    return schemaShape.optional();
  },
  get anyOf() {
    return z.array(schemaShape).optional();
  },
});
type Schema = z.infer<typeof schemaShape>;

export async function generated(): Promise<{ path: string; text: string }[]> {
  return [
    { path: "docs/tools.md", text: toolsReference() },
    { path: "package.json", text: await manifest() },
    { path: "README.md", text: await readme() },
  ];
}

async function readme() {
  const blocks = { settings: settingsReference(), environment: environmentReference(), tools: toolsTable() };
  return Object.entries(blocks).reduce(withBlock, await readFile("README.md", "utf8"));
}

/** The text with what stands between its `<!-- name -->` and `<!-- /name -->` replaced. */
function withBlock(text: string, [name, block]: [string, string]) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error(`README.md has no ${start} … ${end}`);
  return `${text.slice(0, from + start.length)}\n\n${block}\n\n${text.slice(to)}`;
}

/** Each tool with the first clause of its description. */
function toolsTable() {
  const rows = allTools.map(({ name, listed: { description } }) => {
    const [clause = ""] = description.split(/[.;] |: (?!true)/);
    return `| [\`${name}\`](docs/tools.md#${name}) | ${cell(clause)} |`;
  });
  return ["| tool | what it does |", "| --- | --- |", ...rows].join("\n");
}

function toolsReference() {
  const sections = allTools.map((tool) => {
    const { description } = tool.listed;
    const { properties = {}, required = [] } = schemaShape.parse(tool.listed.inputSchema);
    const rows = Object.entries(properties).map(
      ([name, schema]) =>
        `| \`${name}\` | ${typeText(schema)} | ${required.includes(name) && schema.default === undefined ? "yes" : ""} | ${cell(schema.description ?? "")} |`,
    );
    return [
      `## ${tool.name}`,
      "",
      `${description} Toolset \`${tool.toolset}\`, effect \`${tool.effect}\`.`,
      "",
      ...(rows.length > 0
        ? ["| argument | type | required | meaning |", "| --- | --- | --- | --- |", ...rows, ""]
        : []),
    ].join("\n");
  });
  return `# Tools\n\n<!-- Written by npm run gen. -->\n\n${sections.join("\n")}`;
}

function typeText(schema: Schema): string {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.anyOf) return schema.anyOf.map(typeText).join(" or ");
  if (schema.type === "array") return `list of ${typeText(schema.items ?? {})}`;
  return schema.default === undefined
    ? String(schema.type)
    : `${String(schema.type)}, ${JSON.stringify(schema.default)}`;
}

function cell(text: string) {
  return text.replaceAll("|", "\\|");
}
