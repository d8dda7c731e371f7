// npm run bench [-- viem@2.57.0 | effect@4.1.0 | DIR FILE#NAME] [--only rename]: medians of five, each beside raw tsserver (typescript
// 6.0.3) or what else does the same, in one run. Every module of scripts/bench/ exports `measure(bench)`, which gives rows.
// ✗ marks a row that misses its limit.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";
import type { Bench, Row } from "./lib/bench.ts";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
/** Of each subject a symbol that is used much. */
const symbols: Readonly<Record<string, string>> = {
  "viem@2.57.0": "clients/createClient.ts#Client",
  "effect@4.1.0": "src/Effect.ts#Effect",
};
const [name = "viem@2.57.0", wanted = symbols[name]] = positionals;
if (wanted === undefined) throw new Error("Name a symbol that is used much: npm run bench -- DIR FILE#NAME");
const folder = isSubject(name) ? (await subject(name)).folder : path.resolve(name);
const [file = "", symbolName = ""] = wanted.split("#");
const bench = { folder, symbol: { file, name: symbolName } };
const here = path.join(path.dirname(fileURLToPath(import.meta.url)), "bench");
const modules = (await readdir(here)).filter((entry) => entry.endsWith(".ts")).sort();
let failed = 0;
console.log(`${name}, ${wanted}\n`);
for (const entry of modules.filter((one) => values.only === undefined || one === `${values.only}.ts`)) {
  const measure = await measureOf(path.join(here, entry));
  for (const row of await measure(bench)) {
    if (row.ok === false) failed++;
    const parts = [row.what.padEnd(52), row.ours.padStart(12), (row.beside ?? "").padStart(24), row.limit ?? ""];
    console.log(`${row.ok === false ? "✗" : " "} ${parts.join("  ").trimEnd()}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;

async function measureOf(file: string) {
  const module: unknown = await import(pathToFileURL(file).href);
  if (!isBench(module)) throw new Error(`${file} exports no function measure.`);
  return module.measure;
}

function isBench(module: unknown): module is { measure(bench: Bench): Promise<Row[]> } {
  return typeof module === "object" && module !== null && "measure" in module && typeof module.measure === "function";
}
