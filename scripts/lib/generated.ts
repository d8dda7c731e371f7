// Every generated file with the text that it must have. Run by Node's type stripping, so sources are imported as they are.
import { readFile } from "node:fs/promises";
import { environmentReference, manifest, settingsReference } from "./manifest.ts";
import { flowTestsSchema, flowTestsSchemaFile } from "./flowTestsSchema.ts";
import { qualitySchema, qualitySchemaFile } from "./qualitySchema.ts";
import { toolSnapshots, toolsReference, toolsTable } from "./toolsReference.ts";

export async function generated(): Promise<{ path: string; text: string }[]> {
  return [
    { path: "docs/tools.md", text: toolsReference() },
    { path: "package.json", text: await manifest() },
    { path: qualitySchemaFile, text: qualitySchema() },
    { path: flowTestsSchemaFile, text: flowTestsSchema() },
    { path: "README.md", text: await readme() },
    ...toolSnapshots(),
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
