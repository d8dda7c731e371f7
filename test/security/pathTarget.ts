import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connect } from "../support/clients.ts";
import type { CallAnswer, TestClient } from "../support/clients.ts";
import { startServer } from "../support/server.ts";
import type { RunningServer } from "../support/server.ts";
import { commitAll } from "../support/workspaces.ts";
import { codeClass } from "./outcome.ts";
import { bytesOf, sample } from "./sample.ts";
import type { Generated } from "./sample.ts";
import type { Era } from "./target.ts";
import { watchServer } from "./watched.ts";

export const canary = "CANARY-7f3a9b";

export interface PathTarget {
  /** The workspace folder. */
  readonly folder: string;
  /** The folder around it. */
  readonly up: string;
  readonly server: RunningServer;
  /** The sample's text with its positions filled in. */
  fill(text: string): string;
  /** One tool call; checks what must hold after every call whatever its outcome. */
  call(tool: string, args: Record<string, unknown>): Promise<CallAnswer & { readonly outcome: string }>;
  /** The same without the checks, for calls side by side. */
  raw: TestClient["call"];
  assertUnharmed(): Promise<void>;
  stop(): Promise<void>;
}

/** The sample's own fixture, served by the real server to a real client of one era. */
export async function startPathTarget(era: Era): Promise<PathTarget> {
  const up = realpathSync(mkdtempSync(path.join(tmpdir(), "lfc-paths-")));
  const folder = path.join(up, "app");
  const fill = (text: string) => text.replaceAll("{WSNAME}", "app").replaceAll("{WS}", folder).replaceAll("{UP}", up);
  build(folder, fill);
  const watched = watchServer();
  const server = await startServer({ folders: [folder], env: { LFC_STORAGE_ENGINE: "node", ...watched.env } });
  const client = await connect(`${era} http`, server, [folder]);
  // The first answered call means that everything that is loaded late is there.
  await client.call("read_file", { path: "README.md" });
  await client.call("search_code", { query: "hello" });
  const { value } = await client.call("write_file", { path: "warm.ts", content: "export const a = 1;\n" });
  await client.call("undo_edits", { undoId: value["undoId"] });
  const outside = snapshot(up, folder);
  const rssBefore = residentBytes(server.pid);

  function rows(): number {
    const database = new DatabaseSync(path.join(server.data, "ledger", "ledger.db"), { readOnly: true, timeout: 2000 });
    try {
      return Number(database.prepare("SELECT count(*) AS n FROM calls").get()?.["n"]);
    } finally {
      database.close();
    }
  }

  async function call(tool: string, args: Record<string, unknown>) {
    const before = rows();
    const started = performance.now();
    const answer = await client.call(tool, args);
    const took = performance.now() - started;
    const outcome = outcomeOf(answer);
    const text = JSON.stringify(answer.value);
    for (const secret of [canary, server.token, up]) {
      // A path inside that the caller gave as absolute may be named back; what is outside never.
      assert.ok(!text.replaceAll(folder, "").includes(secret), `${secret} is in ${text.slice(0, 300)}`);
    }
    assert.ok(!/\bat \S+:\d+:\d+/.test(text), "a stack is in the answer");
    assert.ok(took < 4000, `${took} ms`);
    assert.equal(rows(), before + 1, "ledger rows");
    assert.deepEqual(snapshot(up, folder), outside);
    await assertAlive(client);
    return { ...answer, outcome };
  }

  return {
    folder,
    up,
    server,
    fill,
    call,
    raw: client.call,
    async assertUnharmed() {
      await assertAlive(client);
      const grown = residentBytes(server.pid) - rssBefore;
      assert.ok(grown < 150e6, `memory grew by ${grown} bytes`);
      await watched.assertUnharmed();
      const ledger = readdirSync(path.join(server.data, "ledger")).map((name) =>
        readFileSync(path.join(server.data, "ledger", name), "latin1"),
      );
      assert.ok(!server.log().includes(canary) && !ledger.join().includes(canary));
      assert.ok(!readdirSync(up).includes("PWNED"));
    },
    async stop() {
      await client.close();
      await server.stop();
      watched.remove();
      rmSync(up, { recursive: true, force: true });
    },
  };
}

async function assertAlive(client: TestClient): Promise<void> {
  const started = performance.now();
  const tools = await client.listTools();
  assert.ok(tools.length > 0 && performance.now() - started < 2000, "the control request took too long");
}

function outcomeOf({ isError, value }: CallAnswer): string {
  if (!isError) return "ok";
  return codeClass((value["error"] as { code: string }).code);
}

function build(folder: string, fill: (text: string) => string): void {
  const { files, bytes, symlinks, hardlinks, fifos, modes } = sample.fixture;
  mkdirSync(folder);
  commitAll(folder);
  const write = ([name, content]: [string, Generated]) => {
    const file = fill(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytesOf(content));
  };
  Object.entries(files).forEach(write);
  Object.entries(bytes).forEach(write);
  for (const [link, target] of Object.entries(symlinks)) symlinkSync(fill(target), fill(link));
  for (const [link, target] of Object.entries(hardlinks)) linkSync(fill(target), fill(link));
  for (const fifo of fifos) execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", fill(fifo)]);
  for (const [file, mode] of Object.entries(modes)) chmodSync(fill(file), parseInt(mode, 8));
}

/** Every file around the workspace with its kind, mode, time and hash. */
function snapshot(up: string, folder: string): readonly string[] {
  return namesBelow(up, folder).map((file) => {
    const stats = lstatSync(file);
    const content = stats.isFile() ? readFileSync(file) : stats.isSymbolicLink() ? readlinkSync(file) : "";
    return [file, stats.mode, stats.mtimeMs, createHash("sha256").update(content).digest("hex")].join(" ");
  });
}

/** Every entry below a folder except one folder's; links are not followed, which Node's own recursion does. */
export function namesBelow(folder: string, except: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => ({ entry, file: path.join(folder, entry.name) }))
    .filter(({ file }) => file !== except)
    .flatMap(({ entry, file }) => [file, ...(entry.isDirectory() ? namesBelow(file, except) : [])])
    .sort();
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}
