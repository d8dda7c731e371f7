import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { createMachine } from "../../../src/server/health/machine.ts";
import type { Machine } from "../../../src/server/health/machine.ts";

const run = promisify(execFile);

describe("What is measured of the machine", function () {
  let machine: Machine;
  beforeEach(() => {
    machine = createMachine(tmpdir());
  });
  afterEach(() => machine.dispose());

  it("is busy processors, as the kernel counts them", async function () {
    if (process.platform !== "linux") return this.skip();
    const threads = Array.from({ length: 4 * availableParallelism() }, () => new Worker("for (;;);", { eval: true }));
    try {
      machine.cpu();
      const before = await kernelTimes();
      await sleep(2_000);
      const after = await kernelTimes();
      const share = machine.cpu() ?? assert.fail();
      const expected = 1 - (after.idle - before.idle) / (after.all - before.all);
      assert.ok(Math.abs(share - expected) < 0.05, `${String(share)}, kernel ${String(expected)}`);
      assert.ok(share > 0.9, String(share));
    } finally {
      for (const thread of threads) await thread.terminate();
    }
  });

  it("is memory in use, as free says it, or that of the container", async function () {
    if (process.platform !== "linux") return this.skip();
    // Other programs take and free memory meanwhile.
    this.retries(2);
    if (isContainer()) {
      const { used, total } = (await machine.memory()) ?? assert.fail();
      assert.equal(total, await containerLimit());
      assert.ok(used > process.memoryUsage.rss() / 2 && used <= total, String(used));
      return;
    }
    const { stdout } = await run("free", ["-b"]);
    const [, total = NaN, , , , , available = NaN] = (/^Mem:.*$/m.exec(stdout)?.[0] ?? "").split(/\s+/).map(Number);
    const memory = (await machine.memory()) ?? assert.fail();
    assert.equal(memory.total, total);
    assert.ok(Math.abs(memory.used - (total - available)) < 200e6, `${String(memory.used)}, ${stdout}`);
  });

  it("is the disk with the data folder, as df says it", async function () {
    if (process.platform === "win32") return this.skip();
    const { stdout } = await run("df", ["-Pk", tmpdir()]);
    const [, , used = NaN, available = NaN] = (stdout.trim().split("\n")[1] ?? "").split(/\s+/).map(Number);
    const disk = (await machine.disk()) ?? assert.fail();
    assert.ok(Math.abs(disk.total - (used + available) * 1024) < 1e6, `${String(disk.total)}, ${stdout}`);
    assert.ok(Math.abs(disk.used - used * 1024) < 100e6, `${String(disk.used)}, ${stdout}`);
  });

  it("is how late the main thread is", async () => {
    await sleep(300);
    machine.eventLoopDelayMs();
    for (let turn = 0; turn < 5; turn++) {
      const end = performance.now() + 150;
      while (performance.now() < end);
      await sleep(1);
    }
    const late = machine.eventLoopDelayMs();
    assert.ok(late > 100, String(late));
    await sleep(500);
    assert.ok(machine.eventLoopDelayMs() < late);
  });
});

/** By the kernel's files, of either version. */
async function containerLimit(): Promise<number> {
  for (const file of ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    const text = await readFile(file, "utf8").catch(() => "");
    if (/^\d+$/.test(text.trim())) return Number(text);
  }
  return NaN;
}

/** With a limit of its own the memory is another one than that of the machine. */
function isContainer(): boolean {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem();
}

async function kernelTimes() {
  const [line = ""] = (await readFile("/proc/stat", "utf8")).split("\n");
  const [, user = NaN, nice = NaN, sys = NaN, idle = NaN, , irq = NaN] = line.split(/\s+/).map(Number);
  return { idle, all: user + nice + sys + idle + irq };
}
