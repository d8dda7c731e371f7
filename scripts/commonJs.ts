// npm run commonjs -- --subject DIR [--count N] [--seed S] [--test COMMAND] [--only NAME]
// Compares what a CommonJS package has at run time with the names that find_symbol and extract_code_components answer, then
// renames some of them in a copy of the folder and runs the package's own tests after each. Ends with 1 when a name is missing
// or when the tests fail after a rename that was not said to be open.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { TestClient } from "../test/support/clients.ts";
import { randomFrom } from "./lib/draws.ts";
import { copy } from "./lib/drawnRefactorings.ts";
import { startOurRefactorer } from "./lib/refactorers.ts";
import type { OurRefactorer } from "./lib/refactorers.ts";
import type { RuntimeName } from "./lib/runtimeNames.ts";

const Listed = z.array(z.looseObject({ name: z.string() }));
const Components = z.looseObject({
  files: z.array(z.looseObject({ components: Listed })),
  cursor: z.string().optional(),
});
const Symbols = z.looseObject({
  symbols: z.array(z.looseObject({ symbol: z.string(), kind: z.string() })),
  cursor: z.string().optional(),
});
const Names = z.array(
  z.object({ name: z.string(), files: z.array(z.string()), functions: z.int(), isWritten: z.boolean() }),
) satisfies z.ZodType<RuntimeName[]>;

const testTime = 120_000;

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "30" },
    seed: { type: "string", default: "1" },
    test: { type: "string", default: "npm test" },
    only: { type: "string" },
  },
});
if (values.subject === undefined) throw new Error("Name a folder: npm run commonjs -- --subject DIR");
const folder = path.resolve(values.subject);
const scratch = await mkdtemp(path.join(tmpdir(), "lfc-commonjs-"));
const work = path.join(scratch, "work");
try {
  await copy(folder, work);
  const refactorer = await startOurRefactorer(work);
  try {
    const found = await compare(refactorer.client, namesAtRunTime(work));
    await renames(refactorer, found);
  } finally {
    await refactorer.close();
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}

function namesAtRunTime(root: string): RuntimeName[] {
  const script = fileURLToPath(new URL("lib/runtimeNames.ts", import.meta.url));
  const printed = execFileSync(process.execPath, [script, root], { cwd: root, maxBuffer: 2 ** 26 }).toString();
  return Names.parse(JSON.parse(printed.trim().split("\n").at(-1) ?? ""));
}

/** Prints what is missing. Gives the symbols that answer to the names. */
async function compare(client: TestClient, names: readonly RuntimeName[]): Promise<string[]> {
  const found = new Set<string>();
  const components = (await componentsIn(client)).map(lastOf);
  const totals = { found: 0, missing: 0, "worked out at run time": 0 };
  for (const { name, files, functions, isWritten } of names) {
    const symbols = await symbolsOf(client, name);
    for (const symbol of symbols) found.add(symbol);
    const listed = components.filter((one) => one === name).length;
    const lacks = [
      ...(symbols.length < functions ? [`find_symbol has ${symbols.length}`] : []),
      ...(listed < functions ? [`extract_code_components has ${listed}`] : []),
    ];
    totals[lacks.length === 0 ? "found" : isWritten ? "missing" : "worked out at run time"]++;
    if (lacks.length === 0) continue;
    const what = isWritten ? "missing" : "worked out at run time";
    console.log(`${what} ${name} of ${files.join(", ")}: ${functions} at run time, ${lacks.join(", ")}`);
  }
  console.log(
    Object.entries(totals)
      .map(([what, total]) => `${total} ${what}`)
      .join(", "),
  );
  if (totals.missing > 0) process.exitCode = 1;
  return [...found].sort();
}

async function symbolsOf({ call }: TestClient, name: string): Promise<string[]> {
  const { value } = await call("find_symbol", { query: name, limit: 500, maxTokens: 50_000 });
  return Symbols.parse(value)
    .symbols.map(({ symbol }) => symbol)
    .filter((symbol) => lastOf(symbol) === name);
}

async function componentsIn({ call }: TestClient): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const args = { depth: 10, limit: 500, maxTokens: 50_000, ...(cursor !== undefined && { cursor }) };
    const page = Components.parse((await call("extract_code_components", args)).value);
    found.push(...page.files.flatMap(({ components }) => components.map(({ name }) => name)));
    ({ cursor } = page);
  } while (cursor !== undefined);
  return found;
}

function lastOf(name: string): string {
  return name === "module.exports" ? name : (name.split(/[#/.]/).at(-1) ?? name);
}

async function renames(refactorer: OurRefactorer, symbols: readonly string[]): Promise<void> {
  const count = Number(values.count);
  const { only } = values;
  if (count === 0) return;
  const before = await testsFail();
  if (before !== undefined) throw new Error(`The tests fail before any rename:\n${before}`);
  const random = randomFrom(Number(values.seed));
  const left = [...symbols];
  const totals = new Map<string, number>();
  for (let drawn = 0; drawn < count && left.length > 0; drawn++) {
    const [symbol = ""] = left.splice(Math.floor(random() * left.length), 1);
    if (only !== undefined && symbol !== only) continue;
    const { kind, why } = await renamed(refactorer, symbol);
    totals.set(kind, (totals.get(kind) ?? 0) + 1);
    console.log(`${kind.padEnd(9)} ${symbol} ${why}`);
    if (kind === "wrong") process.exitCode = 1;
  }
  console.log([...totals].map(([kind, total]) => `${total} ${kind}`).join(", "));
}

async function renamed(refactorer: OurRefactorer, symbol: string): Promise<{ kind: string; why: string }> {
  const newName = `${lastOf(symbol)}Renamed${values.seed}`;
  const refused = await refactorer.apply({ operation: "rename_symbol", symbol, newName });
  if (refused) return { kind: refused.isFault ? "wrong" : "refused", why: refused.why };
  const failure = await testsFail();
  const left = await refactorer.undo();
  if (left !== "") return { kind: "wrong", why: `undo left ${left}` };
  if (failure === undefined) return { kind: "right", why: "" };
  const inStrings = refactorer.mentions().filter(({ path: file, text }) => isInString(file, text, lastOf(symbol)));
  const [mention] = inStrings;
  if (!mention) return { kind: "wrong", why: failure };
  return { kind: "mentioned", why: `${mention.path}:${mention.line} ${mention.text}\n${failure}` };
}

/** A mention in a string of code, on which a test may well depend. */
function isInString(file: string, text: string, name: string): boolean {
  return file.endsWith(".js") && (text.match(/"[^"]*"|'[^']*'|`[^`]*`/g) ?? []).some((one) => one.includes(name));
}

/** The last lines that failing tests print; nothing when they pass. */
async function testsFail(): Promise<string | undefined> {
  const env = { ...process.env, NODE_ENV: "test" };
  const child = spawn(values.test, {
    cwd: work,
    env,
    shell: true,
    timeout: testTime,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, "close");
  return child.exitCode === 0 ? undefined : printed.trimEnd().split("\n").slice(-25).join("\n");
}
