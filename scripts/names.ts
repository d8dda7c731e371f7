// npm run names -- --subject NAME|DIR [--count N] [--seed S]
// Asks find_symbol for words drawn from the sources of a folder, and gives each name that it answers to find_references, to
// preview_refactoring and to find_symbol again. Ends with 1 when one of them takes it for another symbol, or for none.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { connect } from "../test/support/clients.ts";
import type { TestClient } from "../test/support/clients.ts";
import { startServer } from "../test/support/server.ts";
import { randomFrom } from "./lib/draws.ts";
import { subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";

const Found = z.looseObject({
  symbols: z.array(z.looseObject({ symbol: z.string(), path: z.string(), line: z.int() })),
});
type Found = z.infer<typeof Found>["symbols"][number];
const Position = z.tuple([z.int(), z.int(), z.string()]);
const References = z.looseObject({
  groups: z.array(z.looseObject({ path: z.string(), positions: z.array(Position) })),
});
const Refusal = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) });

/** What says that a name was not understood; every other refusal is about the symbol itself. */
const notTaken = new Set(["AMBIGUOUS", "NOT_FOUND", "INTERNAL"]);

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
if (values.subject === undefined) throw new Error("Name a subject: npm run names -- --subject DIR");
const folder = isSubject(values.subject) ? (await subject(values.subject)).folder : path.resolve(values.subject);
const random = randomFrom(Number(values.seed));
const server = await startServer({ folders: [folder] });
const client = await connect("2026-07-28 http", server, [folder]);
let faults = 0;
try {
  const names = await answeredNames(client, wordsOf(folder), Number(values.count));
  for (const name of names) {
    for (const fault of await faultsOf(client, name)) {
      faults++;
      console.log(`${name.symbol} (${name.path}:${name.line}): ${fault}`);
    }
  }
  console.log(`${names.length} names, ${faults} faults`);
} finally {
  await client.close();
  await server.stop();
}
process.exitCode = faults > 0 ? 1 : 0;

function wordsOf(root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, maxBuffer: 2 ** 26 });
  const files = listed.toString().split("\n");
  const sources = files.filter((file) => /\.[cm]?[jt]sx?$/.test(file) && existsSync(path.join(root, file)));
  const words = sources.flatMap(
    (file) => readFileSync(path.join(root, file), "utf8").match(/[A-Za-z_$][\w$]{3,}/g) ?? [],
  );
  return [...new Set(words)].sort();
}

async function answeredNames({ call }: TestClient, words: readonly string[], count: number): Promise<Found[]> {
  const names = new Map<string, Found>();
  for (let tries = 0; names.size < count && tries < count * 20; tries++) {
    const query = words[Math.floor(random() * words.length)] ?? "";
    const { value } = await call("find_symbol", { query, limit: 3 });
    for (const one of Found.parse(value).symbols) if (names.size < count) names.set(one.symbol, one);
  }
  return [...names.values()];
}

async function faultsOf({ call }: TestClient, { symbol, path: file, line }: Found): Promise<string[]> {
  const faults: string[] = [];
  const again = await call("find_symbol", { query: symbol, limit: 1 });
  const [first] = again.isError ? [] : Found.parse(again.value).symbols;
  if (first?.path !== file || first.line !== line)
    faults.push(`find_symbol answers ${first === undefined ? "nothing" : `${first.path}:${first.line}`}`);
  const references = await call("find_references", { symbol, kinds: ["declaration", "export"] });
  if (references.isError) faults.push(`find_references: ${refusal(references.value)}`);
  else if (!isDeclaredAt(References.parse(references.value), file, line))
    faults.push("find_references has no declaration there");
  const rename = await call("preview_refactoring", { operation: "rename_symbol", symbol, newName: "renamedOnce" });
  if (rename.isError && notTaken.has(Refusal.parse(rename.value).error.code))
    faults.push(`preview_refactoring: ${refusal(rename.value)}`);
  return faults;
}

function isDeclaredAt({ groups }: z.infer<typeof References>, file: string, line: number): boolean {
  return groups.some(({ path: at, positions }) => at === file && positions.some(([start]) => start === line));
}

function refusal(value: unknown): string {
  const { code, message } = Refusal.parse(value).error;
  return `${code}: ${message}`;
}
