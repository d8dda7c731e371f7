// @ts-check
// npm run bench [-- viem@2.57.0 | DIR]: medians of five, each beside raw tsserver (typescript 6.0.3), in one run.
// A row is one entry of `rows`; others add theirs in scripts/bench/.
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { subject, subjectNames } from "./lib/subjects.mjs";

/**
 * @typedef {{ folder: string }} Bench
 * @typedef {{ what: string, ours: string, beside?: string, limit?: string, ok?: boolean }} Row
 * A module of scripts/bench/ exports `measure(bench)`, which gives rows.
 */

const [name = "viem@2.57.0"] = process.argv.slice(2);
const folder = subjectNames.includes(name) ? (await subject(name)).folder : path.resolve(name);
const here = path.join(path.dirname(fileURLToPath(import.meta.url)), "bench");
let failed = 0;
console.log(`${name}\n`);
for (const file of (await readdir(here)).filter((entry) => entry.endsWith(".mjs")).sort()) {
  const { measure } = await import(pathToFileURL(path.join(here, file)).href);
  for (const row of /** @type {Row[]} */ (await measure({ folder }))) {
    if (row.ok === false) failed++;
    const parts = [row.what.padEnd(52), row.ours.padStart(12), (row.beside ?? "").padStart(14), row.limit ?? ""];
    console.log(`${row.ok === false ? "✗" : " "} ${parts.join("  ")}`);
  }
}
process.exitCode = failed > 0 ? 1 : 0;
