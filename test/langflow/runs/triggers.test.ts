import assert from "node:assert/strict";
import { until } from "../../support/editor.ts";
import { openFlowServices } from "../flowServices.ts";
import type { FlowServices } from "../flowServices.ts";
import { versions } from "../live.ts";

interface Trigger {
  readonly id: string;
  readonly state: string;
  readonly next_fire_at: string | null;
}

for (const version of versions) {
  describe(`triggers of a flow in Langflow ${version}`, function () {
    this.timeout(240_000);
    let services: FlowServices;
    let id: string;

    before(async () => {
      services = await openFlowServices(version);
      ({ id } = await services.make("Press by night"));
    });
    after(() => services.close());

    it("are none at first, and unknown to an older version", async () => {
      const isOld = version === "0.7.3";
      assert.deepEqual(await services.operate("serverFlows.triggers", { id }), isOld ? {} : { triggers: [] });
      const words = isOld
        ? "This version of Langflow has no triggers. Update Langflow to 1.13 or newer."
        : "No triggers.";
      assert.deepEqual(await services.cli("triggers", id), { code: 0, stdout: `${words}\n`, stderr: "" });
    });

    if (version === "0.7.3") return;

    const make = async (fields: object) =>
      (await services.rest("POST", "/api/v1/triggers", { flow_id: id, ...fields })) as Trigger;
    const stored = async (trigger: string) => (await services.rest("GET", `/api/v1/triggers/${trigger}`)) as Trigger;

    it("have kind, state, schedule and next run, and are switched", async () => {
      const config = { cron: "0 3 * * *", timezone: "Europe/Berlin" };
      const nightly = await make({ name: "Nightly", kind: "schedule", config, state: "active" });
      const orders = await make({ name: "Orders", kind: "inbound_webhook" });
      const next = await until("Langflow plans the run", async () => (await stored(nightly.id)).next_fire_at ?? false);
      const { triggers } = await services.operate("serverFlows.triggers", { id });
      const schedule = "0 3 * * * (Europe/Berlin)";
      const named = { id: nightly.id, name: "Nightly", kind: "schedule" };
      const webhook = { id: orders.id, name: "Orders", kind: "inbound_webhook", state: "pending" };
      const expected = { ...named, schedule, state: "active", nextRun: `${next}Z` };
      assert.deepEqual(new Set(triggers), new Set([webhook, expected]));
      // Three o'clock in Berlin is one or two o'clock in UTC.
      assert.match(expected.nextRun, /T0[12]:00:00Z$/);

      const paused = { ...named, schedule, state: "paused" };
      assert.deepEqual(await services.operate("serverFlows.disableTrigger", { id: nightly.id }), paused);
      assert.equal((await stored(nightly.id)).state, "paused");
      const { stdout } = await services.cli("enable-trigger", nightly.id);
      assert.equal(stdout, `${nightly.id}  Nightly  schedule, active, ${schedule}\n`);
      assert.equal((await stored(nightly.id)).state, "active");
    });

    it("say why Langflow does not switch one, and that a flow is gone", async () => {
      const dead = await make({ name: "Old", kind: "inbound_webhook", state: "dead" });
      await assert.rejects(services.operate("serverFlows.enableTrigger", { id: dead.id }), {
        message: "Langflow refused: \"Trigger in state 'dead' cannot be enabled.\".",
      });
      await assert.rejects(services.operate("serverFlows.triggers", { id: crypto.randomUUID() }), {
        message: "The flow no longer exists in Langflow.",
      });
    });
  });
}
