// npm run refactorings -- --subject NAME|DIR [--count N] [--seed S] [--operations move_symbol] [--only I] [--quick]
// Draws refactorings over a folder, applies each through a real client, and lets the compiler's own builder say whether it
// brought an error; takes it back and compares the bytes. Ends with 1 when one is wrong.
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import ts from "typescript";
import { z } from "zod";
import { connect } from "../test/support/clients.ts";
import type { CallAnswer, TestClient } from "../test/support/clients.ts";
import { startServer } from "../test/support/server.ts";
import { incrementalTsc } from "./lib/incrementalTsc.ts";
import type { IncrementalTsc } from "./lib/incrementalTsc.ts";
import { subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    operations: { type: "string", default: "move_symbol" },
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const name = values.subject;
if (name === undefined) throw new Error("Name a subject: npm run refactorings -- --subject DIR");
if (values.operations !== "move_symbol") throw new Error("By now only move_symbol is drawn.");
const folder = isSubject(name) ? (await subject(name)).folder : path.resolve(name);

interface Draw {
  readonly symbol: string;
  readonly to: string;
}
interface Outcome {
  readonly kind: "right" | "refused" | "wrong";
  readonly why: string;
}

const scratch = await mkdtemp(path.join(tmpdir(), "lfc-refactorings-"));
const work = path.join(scratch, "work");
const outcomes: Outcome[] = [];
try {
  await copy(folder, work);
  const tsc = incrementalTsc(work, values.quick);
  const before = tsc.errors();
  const draws = drawAll(tsc.program(), work, Number(values.seed), Number(values.count));
  const server = await startServer({ folders: [work] });
  try {
    const client = await connect("2026-07-28 http", server, [work]);
    for (const [index, draw] of draws.entries()) {
      if (values.only !== undefined && index !== Number(values.only)) continue;
      const started = performance.now();
      const outcome = await run(client, draw, tsc, before);
      outcomes.push(outcome);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${outcome.kind.padEnd(8)} ${draw.symbol} → ${draw.to} (${seconds} s) ${outcome.why}`);
      if (outcome.kind !== "wrong") continue;
      const again = `--subject ${name} --count ${values.count} --seed ${values.seed} --only ${index}`;
      console.log(`         npm run refactorings -- ${again}`);
    }
    await client.close();
  } finally {
    await server.stop();
  }
} finally {
  if (values.keep) console.log(`left in ${work}`);
  else await rm(scratch, { recursive: true, force: true });
}
const total = (kind: Outcome["kind"]) => outcomes.filter((one) => one.kind === kind).length;
console.log(
  `move_symbol: ${total("right")} right, ${total("refused")} refused, ${total("wrong")} wrong of ${outcomes.length}`,
);
process.exitCode = total("wrong") > 0 ? 1 : 0;

async function copy(from: string, to: string): Promise<void> {
  const skipped = new Set(["node_modules", ".git"].map((entry) => path.join(from, entry)));
  await cp(from, to, { recursive: true, filter: (entry) => !skipped.has(entry) });
  const modules = path.join(from, "node_modules");
  if (existsSync(modules)) await symlink(modules, path.join(to, "node_modules"), "junction");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: to, stdio: "ignore" });
  git("init", "-q");
  git("config", "core.autocrlf", "false");
  git("config", "core.excludesFile", "");
  git("add", "-A", "--force", ".", ":!node_modules");
  git("-c", "user.name=subject", "-c", "user.email=subject@example.com", "commit", "-q", "-m", "Subject");
}

function drawAll(program: ts.Program, root: string, seed: number, count: number): Draw[] {
  const random = randomFrom(seed);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const files = program.getSourceFiles().filter(({ fileName, isDeclarationFile }) => {
    return !isDeclarationFile && fileName.startsWith(`${root}/`) && !fileName.includes("/node_modules/");
  });
  const symbols = files.flatMap((file) => exportedOf(program, file).map((one) => ({ file, one })));
  const shown = (file: string) => path.relative(root, file);
  return Array.from({ length: count }, () => {
    const drawn = pick(symbols);
    if (!drawn) throw new Error("The subject exports nothing.");
    const folderOf = path.dirname(drawn.file.fileName);
    const beside = files.filter((file) => file !== drawn.file && path.dirname(file.fileName) === folderOf);
    const kind = random();
    const fresh = path.join(folderOf, `moved${seed}${path.extname(drawn.file.fileName)}`);
    const any = files.filter((file) => file !== drawn.file);
    const target = kind < 0.25 ? fresh : pick(kind < 0.75 && beside.length > 0 ? beside : any)?.fileName;
    return { symbol: `${shown(drawn.file.fileName)}#${drawn.one}`, to: shown(target ?? fresh) };
  });
}

/** The names that a file exports and declares itself at its top. */
function exportedOf(program: ts.Program, file: ts.SourceFile): string[] {
  const checker = program.getTypeChecker();
  const owner = checker.getSymbolAtLocation(file);
  return (owner ? checker.getExportsOfModule(owner) : [])
    .filter(
      (one) =>
        one.name !== "default" &&
        one.declarations?.every((at) => at.getSourceFile() === file && !ts.isExportSpecifier(at)),
    )
    .map((one) => one.name)
    .sort();
}

/** mulberry32: the same numbers for the same seed everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function run(
  client: TestClient,
  { symbol, to }: Draw,
  tsc: IncrementalTsc,
  before: readonly string[],
): Promise<Outcome> {
  const preview = await client.call("preview_refactoring", { operation: "move_symbol", symbol, to });
  if (preview.isError) return refusalOf(preview);
  const plan = z
    .looseObject({ planId: z.string(), conflicts: z.array(z.looseObject({ message: z.string() })) })
    .parse(preview.value);
  const [conflict] = plan.conflicts;
  if (conflict) return { kind: "refused", why: conflict.message };
  const applied = await client.call("apply_edits", { planId: plan.planId });
  if (applied.isError) return refusalOf(applied);
  const { undoId } = z.looseObject({ undoId: z.string() }).parse(applied.value);
  const fresh = more(tsc.errors(), before);
  // The compiler let nothing else run: connections that were closed meanwhile are noticed now.
  await setTimeout(100);
  if (values.keep) return { kind: fresh.length > 0 ? "wrong" : "right", why: fresh.join("\n         ") };
  const undone = await client.call("undo_edits", { undoId });
  const left = execFileSync("git", ["status", "--porcelain", "--ignored", "--", ".", ":!node_modules"], {
    cwd: work,
    encoding: "utf8",
  });
  if (undone.isError || left !== "") return { kind: "wrong", why: `undo left ${left} ${JSON.stringify(undone.value)}` };
  if (fresh.length === 0) return { kind: "right", why: "" };
  return { kind: "wrong", why: `${fresh.length} errors: ${fresh.slice(0, 3).join("; ")}` };
}

function refusalOf({ value }: CallAnswer): Outcome {
  const { error } = z.looseObject({ error: z.looseObject({ code: z.string(), message: z.string() }) }).parse(value);
  return { kind: error.code === "INTERNAL" ? "wrong" : "refused", why: `${error.code}: ${error.message}` };
}

function more(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
