import assert from "node:assert/strict";
import { langflowAddress } from "../../../src/server/langflow/client/address.ts";
import { modelCalls } from "../../../src/server/langflow/client/traces.ts";
import { parseVersion } from "../../../src/server/langflow/client/version.ts";
import { quoted } from "../../../src/server/langflow/foreignText.ts";
import { versionWarnings } from "../../../src/server/langflow/knownVulnerabilities.ts";
import { createToolRecorder, findingsOf } from "../../../src/server/langflow/recorder.ts";
import type { ToolRecorder } from "../../../src/server/langflow/recorder.ts";
import { createRunRecorder } from "../../../src/server/langflow/runRecorder.ts";
import type { AskServer } from "../../../src/server/langflow/runRecorder.ts";
import { runOperation } from "../../support/operations.ts";
import { slug } from "../../../src/server/langflow/registration.ts";

describe("Langflow's versions", () => {
  it("tells the product version of Langflow Base", () => {
    const base = parseVersion({ version: "0.7.3", package: "Langflow Base" });
    assert.deepEqual(base, { text: "0.7.3", product: [1, 7, 3] });
    assert.deepEqual(parseVersion({ version: "1.13.0", package: "Langflow" }).product, [1, 13, 0]);
  });

  it("are warned of below 1.9.2, and not from there on", () => {
    const warned = (version: string) => versionWarnings(parseVersion({ version, package: "Langflow" })).length > 0;
    assert.deepEqual(["1.7.0", "1.9.1", "1.9.2", "1.9.10", "1.13.0", "2.0.0"].map(warned), [
      ...[true, true, false, false, false, false],
    ]);
  });
});

describe("An address of Langflow", () => {
  it("loses its trailing slash", () => {
    assert.equal(langflowAddress("http://127.0.0.1:7860/"), "http://127.0.0.1:7860");
    assert.equal(langflowAddress("https://team.example/langflow/"), "https://team.example/langflow");
  });

  it("is cut to the server", () => {
    assert.equal(langflowAddress("http://h/flow/1?key=1#x"), "http://h");
  });

  it("is refused with credentials or another scheme", () => {
    for (const bad of ["langflow", "ftp://h", "http://me:secret@h"]) {
      assert.throws(() => langflowAddress(bad), { code: "INVALID_ARGUMENT" }, bad);
    }
  });
});

describe("Findings of a run", () => {
  const finding = { path: "a.ts", line: 3, rule: "long-function", message: "It is long." };
  const call = {
    tool: "analyze_code_quality",
    caller: { client: "Langflow" },
    startedAt: new Date(1_000),
    outcome: "ok",
    outputText: JSON.stringify({ findings: [finding], total: 1 }),
  };
  const ofRun = (flowRun: string) => ({ ...call, caller: { client: "Langflow", flowRun } });
  const run = (id: string, named: boolean, startedAt = new Date(0)) => ({ id, named, startedAt });

  it("are those of the tool answers to Langflow while it ran, each once", () => {
    const recorder = createToolRecorder();
    recorder.record(call);
    const recording = recorder.start(run("one", false));
    recorder.record(call);
    recorder.record(call);
    recorder.record({ ...call, caller: { client: "Cursor" }, outputText: '{"findings":[{"path":"b.ts"}]}' });
    recorder.record({ ...call, outcome: "NOT_FOUND", outputText: '{"error":{}}' });
    const { calls, ambiguous } = recording.stop();
    recorder.record(call);
    assert.equal(calls.length, 3);
    assert.equal(ambiguous, false);
    assert.deepEqual(findingsOf(calls), [finding]);
    assert.deepEqual(findingsOf([{ ...call, outputText: '{"findings":[],"total":0}' }]), []);
    assert.equal(findingsOf([{ ...call, outputText: '{"files":1}' }]), undefined);
  });

  it("are of the run that the call names, however many run", () => {
    const recorder = createToolRecorder();
    const [one, two] = [recorder.start(run("one", true)), recorder.start(run("two", true))];
    const unnamed = recorder.start(run("three", false));
    for (const flowRun of ["one", "two", "two", "of-another-window"]) recorder.record(ofRun(flowRun));
    recorder.record(call);
    assert.deepEqual(
      [one, two, unnamed].map((recording) => recording.stop()).map(({ calls, ambiguous }) => [calls.length, ambiguous]),
      [
        [1, false],
        [2, false],
        [1, false],
      ],
    );
  });

  it("are given to no run when the call names none and several could have made it", () => {
    const recorder = createToolRecorder();
    const [one, two] = [recorder.start(run("one", false)), recorder.start(run("two", false))];
    recorder.record(call);
    const results = [one.stop(), two.stop()];
    assert.deepEqual(
      results.map(({ calls, ambiguous }) => [calls.length, ambiguous]),
      [
        [0, true],
        [0, true],
      ],
    );
  });

  it("leave out a call that began before the run: it is of an earlier one, which was cancelled", () => {
    const recorder = createToolRecorder();
    const recording = recorder.start(run("one", false, new Date(1_001)));
    recorder.record(call);
    assert.deepEqual(recording.stop().calls, []);
  });
});

describe("A run of a server that Langflow does not call", () => {
  const finding = { path: "a.ts", line: 3, rule: "long-function", message: "It is long." };
  const run = { id: "00000000-0000-4000-8000-000000000001", named: true, startedAt: new Date(0) };
  const call = {
    tool: "analyze_code_quality",
    caller: { client: "Langflow", flowRun: run.id },
    startedAt: new Date(1_000),
    outcome: "ok",
    outputText: JSON.stringify({ findings: [finding] }),
  };

  /** The owner as its control API answers, with its own recorder. */
  function ownerWith(recorder: ToolRecorder, ended: AbortSignal): AskServer {
    return async ({ name, params, signal, progress }) => {
      ended.throwIfAborted();
      return runOperation(name, params, { recorder }, { signal: AbortSignal.any([signal, ended]), progress });
    };
  }

  it("has the findings that the owner recorded, which then stops recording", async () => {
    const [own, owners] = [createToolRecorder(), createToolRecorder()];
    const owner = ownerWith(owners, new AbortController().signal);
    const recording = await createRunRecorder(own, () => Promise.resolve(owner)).start(run);
    owners.record(call);
    assert.deepEqual(await recording.stop(), { ambiguous: false, findings: [finding] });
    assert.equal(owners.findings(run.id), undefined);
  });

  it("says that its calls are lost when the owner ended during the run, or does not record", async () => {
    const owners = createToolRecorder();
    const ended = new AbortController();
    const recorder = createRunRecorder(createToolRecorder(), () => Promise.resolve(ownerWith(owners, ended.signal)));
    const recording = await recorder.start(run);
    owners.record(call);
    ended.abort();
    assert.equal((await recording.stop()).lost, true);
    assert.equal(owners.findings(run.id), undefined);
    assert.equal((await (await recorder.start(run)).stop()).lost, true);
  });
});

describe("Usage of a trace", () => {
  it("counts spans that name a model, for the component that they are in and not once more for it", () => {
    const usage = { promptTokens: 10, completionTokens: 4, totalTokens: 14 };
    const spans = [
      {
        name: "Agent",
        tokenUsage: usage,
        children: [{ children: [{ name: "Chat", modelName: "m-1", tokenUsage: usage }] }],
      },
      { modelName: "m-1", tokenUsage: usage, children: [{ modelName: "m-2", tokenUsage: usage }] },
    ];
    const used = { inputTokens: 10, outputTokens: 4 };
    assert.deepEqual(modelCalls(spans), {
      calls: [
        { model: "m-1", component: "Agent", ...used },
        { model: "m-1", ...used },
        { model: "m-2", ...used },
      ],
      isPartial: false,
    });
  });

  it("is partial with a call that says no tokens, as one that failed does", () => {
    const usage = { promptTokens: 10, completionTokens: 4 };
    const nothing = { promptTokens: 0, completionTokens: 0 };
    for (const tokenUsage of [nothing, undefined]) {
      const spans = [
        { modelName: "m-1", tokenUsage: usage },
        { modelName: "m-1", error: "overloaded", tokenUsage },
      ];
      assert.deepEqual(modelCalls(spans), {
        calls: [{ model: "m-1", inputTokens: 10, outputTokens: 4 }],
        isPartial: true,
      });
    }
  });
});

describe("Langflow's own words", () => {
  it("are one short line without keys", () => {
    const detail = JSON.stringify({ message: `Error\n\nBearer lfc_${"a".repeat(43)} ${"long ".repeat(100)}` });
    const text = quoted(detail);
    assert.ok(text.length < 310 && !text.includes("\n") && !text.includes("lfc_a"), text);
    assert.equal(quoted({ message: "No such flow." }), '"No such flow."');
  });
});

describe("A server's name in Langflow", () => {
  it("is made of letters, digits and hyphens, whatever the folder is called", () => {
    assert.deepEqual(["My App", "--x--", "Büro_2", "日本", "a".repeat(60)].map(slug), [
      ...["my-app", "x", "bu-ro-2", "folder", "a".repeat(40)],
    ]);
  });
});
