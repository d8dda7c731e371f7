import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { RunQuestion } from "../../../src/protocol/flowRuns.ts";
import { createLangflowHttp } from "../../../src/server/langflow/client/http.ts";
import type { LangflowHttp } from "../../../src/server/langflow/client/http.ts";
import type { RunEvent } from "../../../src/server/langflow/client/runEvents.ts";
import { runInBackground } from "../../../src/server/langflow/client/runs.ts";
import { until } from "../../support/editor.ts";
import type { Langflow } from "../../support/langflow.ts";
import { humanInputFlow } from "../humanInputFlow.ts";
import { sharedLangflow } from "../live.ts";
import { askLangflow } from "../rest.ts";

describe("a run that asks a person, with Langflow 1.13.0", function () {
  this.timeout(180_000);
  let langflow: Langflow;
  let http: LangflowHttp;
  let flowId: string;

  before(async () => {
    langflow = await sharedLangflow("1.13.0");
    http = createLangflowHttp({
      base: langflow.url,
      credential: () => ({ kind: "key", value: langflow.apiKey }),
    });
    const data = await humanInputFlow(http, "Press the pears?");
    const flow = await askLangflow(langflow).ask("POST", "/api/v1/flows/", { name: "Asks", data });
    flowId = (flow as { id: string }).id;
  });
  after(() => http.close());

  function start(answer?: (question: RunQuestion) => Promise<string>, signal = new AbortController().signal) {
    const events: RunEvent[] = [];
    const run = runInBackground(http, {
      ...{ flowId, sessionId: randomUUID(), input: "", tweaks: {}, signal },
      progress: () => undefined,
      observe: (event) => events.push(event),
      ...(answer && { answer }),
    });
    const ended = () => events.flatMap((event) => (event.kind === "ended" && event.ok ? event.component : []));
    const job = () => events.flatMap((event) => (event.kind === "started" ? event.trace : []))[0] ?? "";
    const state = async () => {
      const answered = await askLangflow(langflow).ask("GET", `/api/v2/workflows?job_id=${job()}`).catch(String);
      return JSON.stringify(answered);
    };
    return { run, ended, state };
  }

  for (const [action, last] of [
    ["approve", "ChatOutput-yes"],
    ["reject", "ChatOutput-no"],
  ] as const) {
    it(`goes the way of "${action}" once that is the answer`, async () => {
      const questions: RunQuestion[] = [];
      const { run, ended, state } = start((question) => {
        questions.push(question);
        return Promise.resolve(action);
      });
      assert.equal((await run)?.text, "Press the pears?");
      assert.deepEqual(
        questions.map(({ prompt, options }) => [prompt, options.map((option) => option.action)]),
        [["Press the pears?", ["approve", "reject"]]],
      );
      assert.equal(ended().at(-1), last);
      await until("Langflow has done it", async () => /"status":"completed"/.test(await state()), 30_000);
    });
  }

  it("ends as waiting where nobody can answer, and goes on waiting in Langflow", async () => {
    const { run, state } = start();
    await assert.rejects(run, {
      state: "waiting",
      message: 'The run waits for a person: "Press the pears?" (Approve, Reject).',
    });
    assert.match(await state(), /suspended/i);
  });

  it("is stopped in Langflow when it is cancelled while it waits", async () => {
    const stop = new AbortController();
    const { run, state } = start(
      () =>
        new Promise((_, reject) => {
          stop.abort();
          reject(new Error("nobody answered"));
        }),
      stop.signal,
    );
    await assert.rejects(run);
    await until("Langflow has stopped it", async () => /cancel/i.test(await state()), 30_000);
  });
});
