import assert from "node:assert/strict";
import type { GraphComponent } from "../../../../src/protocol/flowGraph.ts";
import type { LiveComponent, LiveRun } from "../../../../src/protocol/flowRuns.ts";
import { newestRun } from "../../../../src/extension/features/flowGraph/newestRun.ts";

function drawn(id: string, inside: readonly string[] = []): GraphComponent {
  return { id, x: 0, y: 0, title: id, type: "", inputs: [], outputs: [], inside };
}

function ran(id: string, state: LiveComponent["state"], more: Partial<LiveComponent> = {}): LiveComponent {
  return { id, name: id, state, ms: null, tokens: null, cost: null, ...more };
}

function run(name: string, flow: string, components: readonly LiveComponent[], more: Partial<LiveRun> = {}): LiveRun {
  return {
    run: name,
    flow: { id: flow, name: flow },
    session: "s",
    state: "running",
    startedAt: "2026-11-30T10:00:00Z",
    ms: null,
    input: "",
    messages: [],
    components,
    ...more,
  };
}

const cider = { flow: "cider", components: [drawn("Orchard-1"), drawn("Press-1"), drawn("Cask-1")] };

describe("the newest run of a flow, on its graph", () => {
  it("is none without a server, without a run, and for a file without an id", () => {
    assert.equal(newestRun(undefined, cider), undefined);
    assert.equal(newestRun([], cider), undefined);
    assert.equal(newestRun([run("1", "beer", [])], cider), undefined);
    assert.equal(newestRun([run("1", "", [])], { ...cider, flow: "" }), undefined);
  });

  it("is the last one of this flow, with the state of each component that is drawn", () => {
    const parts = [
      ran("Orchard-1", "ok", { ms: 12 }),
      ran("Press-1", "failed", { error: "It jams." }),
      ran("Gone-1", "ok"),
    ];
    const runs = [
      run("1", "cider", [ran("Cask-1", "ok")]),
      run("2", "cider", parts, { state: "failed", ms: 40, error: "It jams." }),
    ];
    assert.deepEqual(newestRun([...runs, run("3", "beer", [])], cider), {
      state: "failed",
      ms: 40,
      error: "It jams.",
      nodes: { "Orchard-1": { state: "ok", ms: 12 }, "Press-1": { state: "failed", ms: null, error: "It jams." } },
    });
  });

  it("gives a group the state that says most of what is in it, and the longest time", () => {
    const graph = { flow: "cider", components: [drawn("Group-1", ["A-1", "B-1", "C-1"])] };
    const of = (...parts: readonly LiveComponent[]) => newestRun([run("1", "cider", parts)], graph)?.nodes["Group-1"];
    assert.deepEqual(of(ran("A-1", "ok", { ms: 5 }), ran("B-1", "running")), { state: "running", ms: 5 });
    assert.deepEqual(of(ran("A-1", "ok", { ms: 5 }), ran("B-1", "ok", { ms: 7 }), ran("C-1", "skipped")), {
      state: "ok",
      ms: 7,
    });
    assert.deepEqual(of(ran("A-1", "running"), ran("B-1", "failed", { error: "Empty." })), {
      state: "failed",
      ms: null,
      error: "Empty.",
    });
    assert.equal(of(), undefined);
  });
});
