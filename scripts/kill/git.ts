// A server, or the git that it runs, killed in the middle of a commit, a stash or a checkout leaves what git itself would leave: a
// state before or after, or files of both that git can set right; no text is lost, and a lock that stays is reported and not removed.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../../test/support/clients.ts";
import type { TestClient } from "../../test/support/clients.ts";
import { fastImport, importedCommit, plantRepository } from "../../test/support/plantedRepository.ts";
import type { PlantedRepository } from "../../test/support/plantedRepository.ts";
import { killAll, processesIn } from "../../test/support/processTime.ts";
import { startServer } from "../../test/support/server.ts";
import type { RunningServer } from "../../test/support/server.ts";
import type { Scenario } from "./ledger.ts";

const files = 600;
const names = Array.from({ length: files }, (_, at) => `part${at % 20}/f${at}.txt`);
const textOf = (name: string, state: string) => `${state} ${name}\n`.repeat(50);

type Operation = "commit" | "stash" | "checkout";
type Victim = "server" | "git" | "both";
const operations: readonly Operation[] = ["commit", "stash", "checkout"];
const victims: readonly Victim[] = ["server", "git", "both"];
const calls: Readonly<Record<Operation, object>> = {
  commit: { operation: "commit", message: "changed" },
  stash: { operation: "stash" },
  checkout: { operation: "checkout", ref: "other" },
};

export const gitScenario: Scenario = { name: "git", run: ({ rounds }) => killRounds(rounds) };

interface Counts {
  before: number;
  after: number;
  between: number;
  locks: number;
}

async function killRounds(rounds: number): Promise<string> {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "lfc-kill-git-")));
  const repository = plantRepository(path.join(parent, "app"));
  const imported = (state: string, branch: string) =>
    importedCommit(
      state,
      names.map((name) => [name, textOf(name, state)] as const),
    ).replace("refs/heads/main", branch);
  fastImport(repository, imported("base", "refs/heads/main"));
  fastImport(repository, imported("other", "refs/heads/other"));
  repository.git("config", "user.name", "t");
  repository.git("config", "user.email", "t@example.com");
  const base = repository.git("rev-parse", "main");
  const counts: Counts = { before: 0, after: 0, between: 0, locks: 0 };
  const took = new Map<Operation, number>();
  let server: RunningServer | undefined;
  let client: TestClient | undefined;
  try {
    for (let round = -operations.length; round < rounds; round++) {
      const operation = operations[(round + operations.length) % operations.length] ?? "commit";
      const victim = victims[Math.floor(round / operations.length) % victims.length] ?? "git";
      const expected = prepare(repository, base, operation);
      server ??= await startServer({ folders: [repository.folder] });
      client ??= await connect("2026-07-28 http", server, [repository.folder]);
      const began = performance.now();
      const call = client.call("git_operations", { ...calls[operation] });
      if (round < 0) {
        // In peace: how long it takes.
        assert.equal((await call).isError, false);
        took.set(operation, performance.now() - began);
        continue;
      }
      call.catch(() => undefined);
      await sleep((0.05 + Math.random()) * (took.get(operation) ?? 100));
      if (victim !== "git") server.kill("SIGKILL");
      if (victim !== "server") killAll(processesIn(repository.folder));
      if (victim === "git") await call;
      else {
        await client.close().catch(() => undefined);
        await server.stop();
        [server, client] = [undefined, undefined];
      }
      while (processesIn(repository.folder).length > 0) await sleep(20);
      counts[check(repository, { base, operation, expected })]++;
      if (!isLocked(repository)) continue;
      assert.notEqual(victim, "server", "a git whose server was killed ends its work");
      counts.locks++;
      server ??= await startServer({ folders: [repository.folder] });
      client ??= await connect("2026-07-28 http", server, [repository.folder]);
      await checkLocked(repository, client);
    }
    const { before, after, between, locks } = counts;
    return `${rounds} kills: ${before} left before, ${after} after, ${between} between, with every text; ${locks} locks were reported and stayed`;
  } finally {
    await client?.close().catch(() => undefined);
    await server?.stop();
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Brings the repository to the state in which the operation has much to do; answers the tree that it is about. */
function prepare({ folder, git }: PlantedRepository, base: string, operation: Operation): string {
  for (const lock of ["index.lock", "HEAD.lock", "refs/heads/main.lock", "refs/stash.lock", "ORIG_HEAD.lock"]) {
    rmSync(path.join(folder, ".git", lock), { force: true });
  }
  git("symbolic-ref", "HEAD", "refs/heads/main");
  git("reset", "--quiet", "--hard", base);
  git("clean", "-fdq");
  git("stash", "clear");
  if (operation === "checkout") return git("rev-parse", "other^{tree}");
  for (const name of names) writeFileSync(path.join(folder, name), textOf(name, "changed"));
  git("add", "-A");
  const tree = git("write-tree");
  if (operation === "stash") git("reset", "--quiet");
  return tree;
}

interface Killed {
  readonly base: string;
  readonly operation: Operation;
  /** The tree that was to be committed, stashed or checked out. */
  readonly expected: string;
}

/** Which state it left, each with every text. */
function check(repository: PlantedRepository, { base, operation, expected }: Killed): "before" | "after" | "between" {
  const { git, folder } = repository;
  git("fsck", "--no-dangling", "--no-progress");
  const head = git("rev-parse", "HEAD");
  const isWorkTree = (tree: string) => succeeds(() => git("diff", "--quiet", tree, "--"));
  if (operation === "commit") {
    assert.ok(isWorkTree(expected), "the files are as they were");
    if (head === base) {
      assert.ok(
        succeeds(() => git("diff", "--quiet", "--cached", expected, "--")),
        "what was staged is staged",
      );
      return "before";
    }
    assert.deepEqual([git("rev-parse", "HEAD^"), git("rev-parse", "HEAD^{tree}")], [base, expected]);
    return "after";
  }
  if (operation === "stash") {
    assert.equal(head, base);
    const isKept = succeeds(() => git("rev-parse", "--verify", "--quiet", "refs/stash"));
    if (!isKept) {
      assert.ok(isWorkTree(expected), "neither stashed nor in the files");
      return "before";
    }
    assert.equal(git("rev-parse", "refs/stash^{tree}"), expected);
    return isWorkTree("HEAD") ? "after" : "between";
  }
  const states = new Set(
    names.map((name) => {
      const text = existsSync(path.join(folder, name)) ? readFileSync(path.join(folder, name), "utf8") : undefined;
      // A file is removed before it is written, and both contents are committed.
      return text === undefined || text === ""
        ? "between"
        : textOf(name, "base") === text
          ? "before"
          : textOf(name, "other") === text
            ? "after"
            : "between";
    }),
  );
  const branch = git("symbolic-ref", "--short", "HEAD");
  const [only = "between"] = states.size === 1 ? states : [];
  return (only === "before" && branch === "main") || (only === "after" && branch === "other") ? only : "between";
}

/** A lock that a killed git left: questions are answered, a change is refused with a remedy, and the file stays. */
async function checkLocked(repository: PlantedRepository, client: TestClient): Promise<void> {
  const status = await client.call("git_operations", { operation: "status" });
  assert.equal(status.isError, false);
  writeFileSync(path.join(repository.folder, "new.txt"), "new\n");
  const stage = { operation: "stage", path: "new.txt" };
  const refused = await client.call("git_operations", stage);
  assert.match(
    JSON.stringify(refused.value),
    /"CONFLICT".*index\.lock in the \.git folder, \d+ s old.*the user removes that file/,
  );
  assert.ok(isLocked(repository));
  rmSync(path.join(repository.folder, ".git/index.lock"));
  assert.equal((await client.call("git_operations", stage)).isError, false);
}

function isLocked({ folder }: PlantedRepository): boolean {
  return existsSync(path.join(folder, ".git/index.lock"));
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
