// npm run git -- --repository DIR [--count N] [--seed S]
// Asks git_operations about drawn commits, files and pairs of commits of a repository, reads every page, and compares with what
// the git program prints in another form. Ends with 1 when an answer differs.
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { connect } from "../test/support/clients.ts";
import { startServer } from "../test/support/server.ts";
import { randomFrom } from "./lib/draws.ts";

const { values } = parseArgs({
  options: {
    repository: { type: "string" },
    count: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
if (values.repository === undefined) throw new Error("Name a repository: npm run git -- --repository DIR");
// Without settings of the user, and so that no text of the repository can be taken for a path of this machine.
process.env["HOME"] = mkdtempSync(path.join(tmpdir(), "lfc-home-"));
const folder = path.resolve(values.repository);
const random = randomFrom(Number(values.seed));
const most = { maxTokens: 100_000 };
const List = z.looseObject({ cursor: z.string().optional() });
const File = z.looseObject({
  path: z.string(),
  added: z.number().optional(),
  removed: z.number().optional(),
  patch: z.string().optional(),
});
const Blame = z.looseObject({ commit: z.string().optional(), startLine: z.number(), endLine: z.number() });
const Entry = z.looseObject({ path: z.string(), from: z.string().optional() });

const server = await startServer({ folders: [folder] });
const client = await connect("2026-07-28 http", server, [folder]);
let compared = 0;
let different = 0;
try {
  const commits = git("log", "--all", "--format=%H").split("\n").filter(Boolean);
  // Of files with credentials by their name no lines are shown.
  const files = git("ls-files", "-z")
    .split("\0")
    .filter((name) => name !== "" && !/\.(pem|key)$|\.env/.test(name));
  same("log", await idsOf({}), git("log", "--format=%H").split("\n").filter(Boolean));
  same("status", await namesOfStatus(), statusOfGit());
  same("branches", await branches(), branchesOfGit());
  for (let turn = 0; turn < Number(values.count); turn++) {
    const [commit, other] = [draw(commits), draw(commits)];
    const file = draw(files);
    const parents = git("log", "-1", "--format=%P", commit).trim().split(" ").filter(Boolean);
    const before = parents[0] ?? git("hash-object", "-t", "tree", "/dev/null").trim();
    const shown = await patches("show", { ref: commit });
    same(`show ${commit}`, shown.files, patchesOfGit(before, commit, shown.withheld));
    const between = await patches("diff", { ref: `${commit}..${other}` });
    same(`diff ${commit}..${other}`, between.files, patchesOfGit(commit, other, between.withheld));
    same(`log ${file}`, await idsOf({ path: file }), git("rev-list", "HEAD", "--", file).split("\n").filter(Boolean));
    same(`blame ${file}`, await blame(file), blameOfGit(file));
  }
} finally {
  await client.close();
  await server.stop();
}
console.log(`${compared} answers, ${different} differ`);
process.exitCode = different > 0 ? 1 : 0;

function git(...args: readonly string[]): string {
  const plain = ["-c", "core.quotePath=false", "-c", "diff.renames=true", "-c", "color.ui=false"];
  return execFileSync("git", [...plain, ...args], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 });
}

function draw(list: readonly string[]): string {
  return list[Math.floor(random() * list.length)] ?? "";
}

function same(what: string, ours: readonly string[], theirs: readonly string[]): void {
  compared++;
  const [left, right] = [linesOf(ours), linesOf(theirs)];
  // A secret is shown as ***.
  const isSame = (at: number) => left[at] === right[at] || left[at]?.includes("***") === true;
  const at = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index).find(
    (each) => !isSame(each),
  );
  if (at === undefined) return;
  different++;
  console.log(`${what}: ${ours.length} and ${theirs.length}; at line ${at}:`);
  console.log(`  ours   ${(left[at] ?? "none").slice(0, 200)}`);
  console.log(`  git's  ${(right[at] ?? "none").slice(0, 200)}`);
}

function linesOf(items: readonly string[]): readonly string[] {
  return items.flatMap((item) => item.split("\n"));
}

/** Every page of an answer. */
async function* pages(operation: string, args: object): AsyncGenerator<Record<string, unknown>> {
  for (let cursor: string | undefined; ;) {
    const { value, isError } = await client.call("git_operations", {
      operation,
      ...args,
      ...most,
      ...(cursor !== undefined && { cursor }),
    });
    if (isError) throw new Error(`${operation} ${JSON.stringify(args)}: ${JSON.stringify(value)}`);
    yield value;
    ({ cursor } = List.parse(value));
    if (cursor === undefined) return;
  }
}

async function idsOf(args: object): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of pages("log", args)) {
    for (const { id } of z.array(z.looseObject({ id: z.string() })).parse(page["commits"])) ids.push(id);
  }
  return ids;
}

interface Patches {
  /** Each file as its counts, its path and its hunks. */
  readonly files: readonly string[];
  /** Files with credentials by their name, of which no lines are shown. */
  readonly withheld: ReadonlySet<string>;
}

async function patches(operation: string, args: object): Promise<Patches> {
  const withheld = new Set<string>();
  const byFile = new Map<string, { counts: string; patch: string }>();
  for await (const page of pages(operation, args)) {
    for (const { path: name } of z.array(Entry).parse(page["incomplete"] ?? [])) withheld.add(name);
    for (const { path: name, added, removed, patch = "" } of z.array(File).parse(page["files"])) {
      const known = byFile.get(name);
      const counts = added === undefined ? "-\t-" : `${added}\t${removed}`;
      byFile.set(name, { counts, patch: (known?.patch ?? "") + patch });
    }
  }
  const files = [...byFile].map(([name, { counts, patch }]) => `${counts}\t${name}\n${patch}`).sort();
  return { files, withheld };
}

function patchesOfGit(from: string, to: string, withheld: ReadonlySet<string>): string[] {
  const range = [from, to, "--"];
  const names = git("diff", "--find-renames", "--name-only", "-z", ...range)
    .split("\0")
    .filter(Boolean);
  const numbers = new Map<string, string>();
  const fields = git("diff", "--find-renames", "--numstat", "-z", ...range).split("\0");
  for (let at = 0; at < fields.length; at++) {
    const [added, removed, name] = (fields[at] ?? "").split("\t");
    if (added === undefined || removed === undefined || name === undefined) continue;
    if (name === "") at += 2;
    numbers.set(name === "" ? (fields[at] ?? "") : name, `${added}\t${removed}`);
  }
  const whole = git("diff", "--find-renames", "--no-ext-diff", "--no-textconv", ...range);
  const parts = whole.split(/^(?=diff --git )/m).filter(Boolean);
  const texts: string[] = [];
  let next = 0;
  for (const name of names) {
    // A file that became a link is two patches.
    const own = [parts[next++] ?? ""];
    if (/^deleted file mode/m.test(own[0] ?? "") && samePath(own[0], parts[next])) own.push(parts[next++] ?? "");
    const hunks = own.map((part) => (part.includes("\n@@") ? part.slice(part.indexOf("\n@@") + 1) : "")).join("");
    texts.push(`${numbers.get(name) ?? ""}\t${name}\n${withheld.has(name) ? "" : hunks}`);
  }
  return texts.sort();
}

function samePath(first = "", second = ""): boolean {
  return first.split("\n", 1)[0] === second.split("\n", 1)[0];
}

async function blame(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of pages("blame", { path: file })) {
    for (const { commit = "", startLine, endLine } of z.array(Blame).parse(page["lines"])) {
      for (let line = startLine; line <= endLine; line++) lines.push(`${line} ${commit}`);
    }
  }
  return lines.sort();
}

function blameOfGit(file: string): string[] {
  const lines = git("blame", "-l", "-s", "--root", "--", file).split("\n").filter(Boolean);
  return lines.map((line, at) => `${at + 1} ${(/^\^?([0-9a-f]+)/.exec(line)?.[1] ?? "").replace(/^0+$/, "")}`).sort();
}

async function namesOfStatus(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of pages("status", {})) {
    for (const { path: name } of z.array(Entry).parse(page["entries"])) names.push(name);
  }
  return names.sort();
}

function statusOfGit(): string[] {
  const fields = git("status", "--porcelain=v1", "-z", "--untracked-files=all").split("\0").filter(Boolean);
  const names: string[] = [];
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? "";
    names.push(field.slice(3));
    if (/^[RC]/.test(field)) at++;
  }
  return names.sort();
}

async function branches(): Promise<string[]> {
  const names: string[] = [];
  for await (const page of pages("branches", {})) {
    for (const { name } of z.array(z.looseObject({ name: z.string() })).parse(page["branches"])) names.push(name);
  }
  return names.sort();
}

function branchesOfGit(): string[] {
  return git("branch", "--all", "--format=%(refname) %(symref)")
    .split("\n")
    .filter((line) => /^refs\/\S+ $/.test(line))
    .map((line) => line.trim().split("/").slice(2).join("/"))
    .sort();
}
