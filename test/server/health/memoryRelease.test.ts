import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createMemoryRelease } from "../../../src/server/health/memoryRelease.ts";
import { createLogger } from "../../../src/server/platform/logger.ts";
import { startServer } from "../../support/server.ts";
import { connect } from "../../support/clients.ts";
import { runCli } from "../../support/cli.ts";
import { until } from "../../support/until.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";

const megabyte = 1024 * 1024;
/** By the kernel, in bytes. */
async function resident(pid: number): Promise<number> {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${String(pid)}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("memory above the limit", () => {
  it("is released once at a time, said in the log, and counted only where there was something", async () => {
    const logged: string[] = [];
    let resident = 900 * megabyte;
    let asked = 0;
    let finish: (released: boolean) => void = () => undefined;
    const memory = createMemoryRelease({
      limitMb: 500,
      idleMs: 7,
      release(idleMs) {
        assert.equal(idleMs, 7);
        asked++;
        return new Promise((resolve) => (finish = resolve));
      },
      processMemory: () => resident,
      log: createLogger((line) => logged.push(line)),
      now: () => new Date("2026-11-30T12:00:00Z"),
    });
    memory.observe(500 * megabyte);
    assert.equal(asked, 0);
    memory.observe(501 * megabyte);
    memory.observe(resident);
    assert.equal(asked, 1);
    finish(false);
    await turn();
    assert.deepEqual(memory.use(), { limit: 500 * megabyte, releases: 0 });
    memory.observe(resident);
    resident = 200 * megabyte;
    finish(true);
    await turn();
    assert.deepEqual(memory.use(), {
      limit: 500 * megabyte,
      releases: 1,
      last: { at: "2026-11-30T12:00:00.000Z", before: 900 * megabyte, after: 200 * megabyte },
    });
    assert.equal(logged.length, 1);
    assert.match(logged[0] ?? "", /memory\.released.*"limitMb":500,"beforeMb":900,"afterMb":200/);
  });

  it("falls in a real server once an analysis is idle, and the next answer is the same", async function () {
    this.timeout(120_000);
    const files = Array.from({ length: 200 }, (_, nth) => {
      const body = Array.from(
        { length: 60 },
        (_, at) => `export const pear${String(at)} = (n: number) => n + ${String(at)};`,
      );
      return [`src/tree${String(nth)}.ts`, `${body.join("\n")}\n`] as const;
    });
    const workspace = await scratchWorkspace({
      ...Object.fromEntries(files),
      "tsconfig.json": "{}",
      "src/use.ts": 'import { pear7 } from "./tree3";\nexport const plum = pear7(1);\n',
    });
    const server = await startServer({ folders: [workspace.folder], env: { LFC_MEMORY_LIMIT: "100" } });
    try {
      const client = await connect("2026-07-28 http", server, [workspace.folder]);
      const ask = async () => {
        const found = await client.call("find_references", { symbol: "pear7", path: "src/tree3.ts" });
        assert.equal(found.isError, false, JSON.stringify(found.value));
        return found.value;
      };
      const scan = async () => (await client.call("analyze_repository", {})).value;
      const first = [await ask(), await scan()];
      const health = async () => {
        const args = ["health", "--json", "--workspace", workspace.folder, "--data", server.data];
        return JSON.parse((await runCli(args)).stdout) as {
          memory: { releases: number; limit: number; last?: { before: number; after: number } };
        };
      };
      const before = await resident(server.pid);
      // Both threads, which may have been idle long enough at different samples.
      // The system can take memory from a process that is idle, too.
      const isReleased = async () =>
        server.log().includes("memory.released") && (await resident(server.pid)) < before - 100 * megabyte;
      await until(isReleased, 80_000);
      const { memory } = await health();
      assert.equal(memory.limit, 100 * megabyte);
      assert.ok(memory.last && memory.last.after < memory.last.before, JSON.stringify(memory));
      assert.ok(memory.releases > 0);
      assert.match(server.log(), /memory\.released/);
      assert.deepEqual([await ask(), await scan()], first);
    } finally {
      await server.stop();
      await workspace.remove();
    }
  });
});
