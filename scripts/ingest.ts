// npm run ingest [-- --repository DIR] [--files N]
// Serves a repository by git's own daemon, has ingest_repository bring it, and prints what each step cost: a made one of 20,000
// files, or a clone of a real one. Ends with 1 when it is not usable within a minute of processor time.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { connect } from "../test/support/clients.ts";
import { startGitDaemon } from "../test/support/gitDaemon.ts";
import { ingestMeasures } from "../test/support/ingestAtSize.ts";
import type { Measured } from "../test/support/ingestAtSize.ts";
import { largeRepository } from "../test/support/largeRepository.ts";
import { startServer } from "../test/support/server.ts";
import { scratchWorkspace } from "../test/support/workspaces.ts";

const { values } = parseArgs({
  options: {
    repository: { type: "string" },
    files: { type: "string", default: "20000" },
    symbol: { type: "string", default: "f777" },
  },
});
const mostSeconds = 60;
const daemon = await startGitDaemon();
const workspace = await scratchWorkspace({ "a.txt": "a\n" });
const server = await startServer({ folders: [workspace.folder], env: { LFC_EGRESS_ALLOWED_HOSTS: daemon.host } });
const client = await connect("2026-07-28 http", server, [workspace.folder]);
try {
  const served = path.join(daemon.folder, "large");
  if (values.repository === undefined) largeRepository(served, Number(values.files));
  else serveCopy(path.resolve(values.repository), served);
  const { ingest, ask, received, packs, traces, threads } = ingestMeasures({ client, server });
  const before = threads();
  const brought = await ingest(daemon.url("large"));
  const { name, files } = brought.answer;
  const first = received(name, []);
  print("ingest", brought, `${files} files, ${first.objects} objects, ${megabytes(first.bytes)}`);
  const symbol = await ask("find_symbol", { query: values.symbol, path: name });
  print("find_symbol", symbol, `${String(symbol.answer["total"])} found`);
  const text = await ask("search_code", { query: values.symbol, path: name });
  print("search_code", text, `${String(text.answer["total"])} found`);
  const total = [brought, symbol, text].reduce((sum, each) => sum + each.processorSeconds, 0);
  console.log(`usable after ${total.toFixed(1)} s of processor time; the bound is ${mostSeconds} s`);
  const kept = packs(name);
  print("refresh, nothing new", await ingest(daemon.url("large")), `${received(name, kept).objects} objects`);
  commitOne(served);
  const refreshed = await ingest(daemon.url("large"));
  const { objects, bytes } = received(name, kept);
  print("refresh, one file new", refreshed, `${objects} objects, ${bytes} bytes`);
  print("overview", await ask("analyze_repository", { path: name, wait: 170 }), "");
  print(
    "remove",
    await ask("ingest_repository", { operation: "remove", name }),
    `${traces("large").length} files left`,
  );
  console.log(`threads: ${before} before, ${threads()} after`);
  process.exitCode = total > mostSeconds ? 1 : 0;
} finally {
  await client.close();
  await server.stop();
  await workspace.remove();
  await daemon.stop();
}

/** One commit with the files of HEAD, of those that are there: a mirror can lack some. */
function serveCopy(repository: string, folder: string): void {
  execFileSync("git", ["clone", "--quiet", "--bare", "--shared", repository, folder]);
  for (const name of ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"]) {
    gitIn(folder, ["config", name, "true"]);
  }
  const entries = gitIn(folder, ["ls-tree", "-r", "-z", "HEAD"]).split("\0").filter(Boolean);
  const ids = entries.map((entry) => entry.split(/[ \t]/)[2] ?? "");
  const kinds = gitIn(folder, ["cat-file", "--batch-check"], ids.join("\n")).split("\n");
  const there = entries.filter((_, at) => kinds[at]?.includes(" blob "));
  gitIn(folder, ["update-index", "-z", "--index-info"], there.map((entry) => `${entry}\0`).join(""));
  const tree = gitIn(folder, ["write-tree"]);
  gitIn(folder, ["update-ref", "HEAD", gitIn(folder, ["commit-tree", tree, "-m", "copy"])]);
}

function gitIn(cwd: string, args: readonly string[], input = ""): string {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  return execFileSync("git", [...identity, ...args], { cwd, encoding: "utf8", input, maxBuffer: 2 ** 28 }).trim();
}

/** A commit on the branch of HEAD, with one more file, in a repository that may have no work tree. */
function commitOne(folder: string): void {
  const git = (args: readonly string[], input?: string) => gitIn(folder, args, input);
  const blob = git(["hash-object", "-w", "--stdin"], "new\n");
  const tree = git(["mktree"], `${git(["ls-tree", "HEAD"])}\n100644 blob ${blob}\tzz-new.txt\n`);
  git(["update-ref", "HEAD", git(["commit-tree", tree, "-p", "HEAD", "-m", "new"])]);
}

function print(step: string, { seconds, processorSeconds }: Measured<unknown>, facts: string): void {
  const times = `${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processor`;
  console.log(`${step.padEnd(22)} ${times.padEnd(28)} ${facts}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
