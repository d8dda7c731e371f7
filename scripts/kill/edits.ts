// A server killed in the middle of a write or of a plan over many files leaves each of them before or after once the
// next one has started, nothing beside them, and no write lost that was answered, neither its file nor its ledger row.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { connect } from "../../test/support/clients.ts";
import type { CallAnswer, TestClient } from "../../test/support/clients.ts";
import { startServer } from "../../test/support/server.ts";
import type { RunningServer } from "../../test/support/server.ts";
import { scratchWorkspace } from "../../test/support/workspaces.ts";
import { readRows } from "./ledger.ts";
import type { Engine, Scenario } from "./ledger.ts";

const users = 24;
/** Long enough that a torn write would show. */
const lines = 5000;

export function editsScenario(engine: Engine): Scenario {
  return { name: `edits-${engine}`, run: ({ rounds }) => killRounds(engine, rounds) };
}

/** Of one storage engine over all its rounds. */
interface State {
  /** The number in the name that the plans rename. */
  name: number;
  sent: number;
  written: number;
  before: number;
  after: number;
  writes: number;
}

async function killRounds(engine: Engine, rounds: number): Promise<string> {
  const workspace = await scratchWorkspace({
    "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, module: "esnext" }, include: ["src"] }),
    "src/shared.ts": "export const name0 = 1;\n",
    ...Object.fromEntries(
      Array.from({ length: users }, (_, index) => [
        `src/use${index}.ts`,
        `import { name0 } from "./shared.ts";\nexport const use${index} = name0 + ${index};\n`,
      ]),
    ),
    "lane.txt": contentOf(0),
  });
  const data = await mkdtemp(path.join(tmpdir(), "lfc-kill-edits-"));
  const state: State = { name: 0, sent: 0, written: 0, before: 0, after: 0, writes: 0 };
  const start = () => startServer({ folders: [workspace.folder], data, env: { LFC_STORAGE_ENGINE: engine } });
  let server: RunningServer | undefined;
  try {
    for (let round = 0; round < rounds; round++) {
      server = await start();
      if (round > 0) await check(workspace.folder, data, state);
      await killDuringWrites(server, workspace.folder, state);
    }
    server = await start();
    await check(workspace.folder, data, state);
    await server.stop();
    const query = "SELECT 1 FROM calls WHERE tool = 'write_file' AND outcome = 'ok'";
    const rows = readRows(engine, path.join(data, "ledger"), query).length;
    assert.ok(rows >= state.writes, `${rows} rows of ${state.writes} answered writes`);
    return `${rounds} kills in plans of ${users + 1} files (${state.before} left before, ${state.after} after), ${state.writes} answered writes, none torn or lost`;
  } finally {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
    await workspace.remove();
  }
}

async function killDuringWrites(server: RunningServer, folder: string, state: State) {
  const [renamer, writer] = await Promise.all([
    connect("2026-07-28 http", server, [folder]),
    connect("2025-11-25 http", server, [folder]),
  ]);
  const clients = { running: true };
  const lane = (async () => {
    while (clients.running) {
      state.sent++;
      await ok(writer.call("write_file", { path: "lane.txt", content: contentOf(state.sent), overwrite: true }));
      state.written = state.sent;
      state.writes++;
    }
  })().catch(ignoreWhenKilled);
  // Once in peace: it loads the project, and the second of two says how long an apply takes.
  await apply(renamer, await planOf(renamer, state.name++));
  const planId = await planOf(renamer, state.name++);
  const started = performance.now();
  await apply(renamer, planId);
  const applyMs = performance.now() - started;
  const last = await planOf(renamer, state.name);
  const killed = apply(renamer, last).catch(ignoreWhenKilled);
  // Any moment; half of them late, when the files are being written.
  const share = Math.random() < 0.5 ? Math.random() : 0.6 + Math.random() * 0.6;
  await new Promise((resolve) => setTimeout(resolve, share * applyMs));
  clients.running = false;
  server.kill("SIGKILL");
  await Promise.all([lane, killed]);
  await Promise.all([renamer.close(), writer.close()]);
  await server.stop();
}

async function planOf(client: TestClient, name: number): Promise<string> {
  const asked = { operation: "rename_symbol", symbol: `src/shared.ts#name${name}`, newName: `name${name + 1}` };
  const plan = await ok(client.call("preview_refactoring", asked));
  assert.equal(plan["files"], users + 1);
  return z.string().parse(plan["planId"]);
}

async function apply(client: TestClient, planId: string) {
  await ok(client.call("apply_edits", { planId }));
}

async function ok(call: Promise<CallAnswer>): Promise<CallAnswer["value"]> {
  const { isError, value } = await call;
  assert.equal(isError, false, JSON.stringify(value));
  return value;
}

/** Connections that break are what this is about; a refusal is not. */
function ignoreWhenKilled(error: unknown) {
  if (error instanceof assert.AssertionError) throw error;
}

async function check(folder: string, data: string, state: State) {
  const names = new Set<string>();
  for (const file of ["shared.ts", ...Array.from({ length: users }, (_, index) => `use${index}.ts`)]) {
    const text = await readFile(path.join(folder, "src", file), "utf8");
    for (const [name] of text.matchAll(/name\d+/g)) names.add(name);
  }
  assert.equal(names.size, 1, `mixed: ${[...names].join(", ")}`);
  const [found = ""] = names;
  assert.ok([`name${state.name}`, `name${state.name + 1}`].includes(found), `${found} after name${state.name}`);
  if (found === `name${state.name}`) state.before++;
  else state.after++;
  state.name = Number(found.slice("name".length));

  const lane = await readFile(path.join(folder, "lane.txt"), "utf8");
  const number = Number(lane.slice(0, lane.indexOf("\n")));
  assert.equal(lane, contentOf(number), "lane.txt is torn");
  assert.ok(number >= state.written && number <= state.sent, `${number}, answered ${state.written}`);
  state.written = state.sent = number;

  const left = (await readdir(folder, { recursive: true })).filter((name) => /\.lfc-|\.tmp$/.test(name));
  assert.deepEqual(left, [], "temporary files");
  const journals = await readdir(path.join(data, "journal"), { recursive: true, withFileTypes: true }).catch(() => []);
  assert.deepEqual(
    journals.filter((entry) => entry.name.endsWith(".json")).map((entry) => entry.name),
    [],
    "journal entries",
  );
}

function contentOf(number: number) {
  return `${number}\n`.repeat(lines);
}
