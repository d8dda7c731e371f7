import assert from "node:assert/strict";
import { setImmediate as tick } from "node:timers/promises";
import { createSupervisor } from "../../../src/extension/server/supervisor.ts";
import type { Clock, ServerRun } from "../../../src/extension/server/supervisor.ts";
import type { ServerState } from "../../../src/protocol/status.ts";

/** Time that passes only when the test says so. */
function fakeClock() {
  let now = 0;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal.addEventListener("abort", sleeper.wake);
      }),
  };
  async function pass(ms: number) {
    const settle = async () => {
      for (let turn = 0; turn < 10; turn++) await tick();
    };
    await settle();
    for (const end = now + ms; now < end;) {
      now = Math.min(end, ...[...sleepers].map(({ at }) => at));
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
      await settle();
    }
  }
  /** Time in which nothing runs: what was due then is late. */
  async function stall(ms: number) {
    now += ms;
    await pass(0);
    for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
    await pass(0);
  }
  return { clock, pass, stall, now: () => now };
}

/** A process whose answers and end the test decides. */
function fakeLives() {
  const lives: { answers: boolean; killed: boolean; end: (reason: string) => void }[] = [];
  const launch = (): Promise<ServerRun> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const life = { answers: true, killed: false, end: resolve };
    lives.push(life);
    return Promise.resolve({
      ended: promise,
      ping: () => (life.answers ? Promise.resolve() : new Promise<void>(() => undefined)),
      stop: () => {
        resolve("stopped");
        return Promise.resolve();
      },
      kill: () => {
        life.killed = true;
      },
    });
  };
  return { lives, launch };
}

describe("the server's supervisor", () => {
  function setUp() {
    const time = fakeClock();
    const { lives, launch } = fakeLives();
    const states: ServerState[] = [];
    const supervisor = createSupervisor({ launch, onState: (state) => states.push(state), clock: time.clock });
    supervisor.start();
    return { ...time, lives, launch, states, supervisor };
  }

  it("leaves a process alone that answers", async () => {
    const { pass, lives, states } = setUp();
    await pass(10 * 60_000);
    assert.equal(lives.length, 1);
    assert.deepEqual(states, [{ state: "starting" }, { state: "running" }]);
  });

  it("replaces a process that ended within a second", async () => {
    const { pass, lives } = setUp();
    await pass(1_000);
    lives[0]?.end("It was ended by SIGKILL.");
    await pass(1_000);
    assert.equal(lives.length, 2);
  });

  it("replaces a process that has stopped answering within 11 seconds, whenever it stopped", async () => {
    for (const after of [100, 4_900, 5_100]) {
      const { pass, lives } = setUp();
      await pass(after);
      const [first] = lives;
      if (first) first.answers = false;
      await pass(11_000);
      assert.equal(first?.killed, true);
      assert.equal(lives.length, 2, `stopped after ${String(after)} ms`);
    }
  });

  it("forgives one missed ping", async () => {
    const { pass, lives } = setUp();
    await pass(4_900);
    const [first] = lives;
    if (first) first.answers = false;
    await pass(2_000);
    if (first) first.answers = true;
    await pass(60_000);
    assert.equal(lives.length, 1);
  });

  it("leaves a process alone whose answers wait because the window itself was stuck", async () => {
    const { pass, stall, lives } = setUp();
    await pass(4_900);
    const [first] = lives;
    if (first) first.answers = false;
    for (let ping = 0; ping < 4; ping++) {
      await pass(100);
      await stall(10_000);
    }
    if (first) first.answers = true;
    await pass(60_000);
    assert.equal(lives.length, 1);
  });

  it("stops after 5 ends in 3 minutes and starts again by hand", async () => {
    const { pass, lives, states, supervisor } = setUp();
    for (let end = 0; end < 5; end++) {
      await pass(100);
      lives.at(-1)?.end("It ended with code 1.");
      await pass(10_000);
    }
    await pass(60_000);
    assert.equal(lives.length, 5);
    assert.deepEqual(states.at(-1), { state: "stopped", reason: "It ended with code 1." });
    await supervisor.restart();
    await pass(100);
    assert.equal(lives.length, 6);
    assert.deepEqual(states.at(-1), { state: "running" });
  });

  it("goes on when the ends are further apart", async () => {
    const { pass, lives } = setUp();
    for (let end = 0; end < 10; end++) {
      await pass(50_000);
      lives.at(-1)?.end("It ended with code 1.");
    }
    await pass(10_000);
    assert.equal(lives.length, 11);
  });
});
