// npm run refactorings -- --subject NAME|DIR [--count N] [--seed S] [--operations A,B] [--only I] [--quick] [--keep]
// Draws refactorings over a folder, applies each through a real client, and lets the compiler's own builder say whether it
// brought an error; takes it back and compares the bytes. Ends with 1 when one is wrong.
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { connect } from "../test/support/clients.ts";
import type { CallAnswer, TestClient } from "../test/support/clients.ts";
import { startServer } from "../test/support/server.ts";
import { drawAll, operations } from "./lib/draws.ts";
import type { Draw, Operation } from "./lib/draws.ts";
import { incrementalTsc } from "./lib/incrementalTsc.ts";
import type { IncrementalTsc } from "./lib/incrementalTsc.ts";
import { subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "40" },
    seed: { type: "string", default: "1" },
    operations: { type: "string", default: operations.join(",") },
    only: { type: "string" },
    quick: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const name = values.subject;
if (name === undefined) throw new Error("Name a subject: npm run refactorings -- --subject DIR");
const wanted = operationsOf(values.operations);
const folder = isSubject(name) ? (await subject(name)).folder : path.resolve(name);

interface Outcome {
  readonly kind: "right" | "refused" | "wrong";
  readonly why: string;
}

const Refusal = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    added: z.array(z.looseObject({ path: z.string(), line: z.int(), message: z.string() })).default([]),
  }),
});

const scratch = await mkdtemp(path.join(tmpdir(), "lfc-refactorings-"));
const work = path.join(scratch, "work");
const outcomes: (Outcome & Pick<Draw, "operation">)[] = [];
try {
  await copy(folder, work);
  const tsc = incrementalTsc(work, values.quick);
  const before = tsc.errors();
  const drawn = { root: work, programs: tsc.programs(), seed: Number(values.seed) };
  const draws = drawAll(drawn, wanted, Number(values.count));
  const server = await startServer({ folders: [work] });
  try {
    const client = await connect("2026-07-28 http", server, [work]);
    for (const [index, draw] of draws.entries()) {
      if (values.only !== undefined && index !== Number(values.only)) continue;
      const started = performance.now();
      const outcome = await run(client, draw, tsc, before);
      outcomes.push({ ...outcome, operation: draw.operation });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${outcome.kind.padEnd(8)} ${wordsOf(draw)} (${seconds} s) ${outcome.why}`);
      if (outcome.kind !== "wrong") continue;
      const same = `--operations ${values.operations} --count ${values.count} --seed ${values.seed}`;
      const again = `--subject ${name} ${same} --only ${index}`;
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
for (const operation of wanted) {
  const ofIt = outcomes.filter((one) => one.operation === operation);
  const total = (kind: Outcome["kind"]) => ofIt.filter((one) => one.kind === kind).length;
  console.log(
    `${operation}: ${total("right")} right, ${total("refused")} refused, ${total("wrong")} wrong of ${ofIt.length}`,
  );
}
process.exitCode = outcomes.some(({ kind }) => kind === "wrong") ? 1 : 0;

function operationsOf(list: string): Operation[] {
  return list.split(",").map((one) => {
    const known = operations.find((operation) => operation === one);
    if (!known) throw new Error(`${one} is not drawn: choose of ${operations.join(", ")}.`);
    return known;
  });
}

function wordsOf({ operation, symbol, path: file, to, newName }: Draw): string {
  return `${operation} ${symbol ?? file ?? ""} → ${to ?? newName ?? ""}`;
}

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

async function run(client: TestClient, draw: Draw, tsc: IncrementalTsc, before: readonly string[]): Promise<Outcome> {
  const preview = await client.call("preview_refactoring", { ...draw });
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
  const { code, message, added } = Refusal.parse(value).error;
  const errors = added.slice(0, 3).map((one) => `${one.path}:${one.line} ${one.message}`);
  return {
    kind: code === "INTERNAL" ? "wrong" : "refused",
    why: [`${code}: ${message}`, ...errors].join("\n         "),
  };
}

function more(after: readonly string[], before: readonly string[]): string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
