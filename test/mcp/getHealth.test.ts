import assert from "node:assert/strict";
import { HealthReport } from "../../src/protocol/health.ts";
import { fails, ok } from "../support/answers.ts";
import { overEveryClient } from "../support/everyClient.ts";

overEveryClient("get_health", { "pear.txt": "pear\n" }, (bench) => {
  it("says how the server, its machine and its link are", async () => {
    const { client } = bench;
    const ask = async () => HealthReport.parse(await ok(client, "get_health", {}));
    const reads = ({ calls }: HealthReport) => calls.tools.find(({ tool }) => tool === "read_file")?.calls ?? 0;
    const before = reads(await ask());
    await ok(client, "read_file", { path: "pear.txt" });
    const report = await ask();
    assert.deepEqual(
      report.modules.map(({ name, state }) => `${name} ${state}`),
      ["tools ok", "ledger ok", "langflow off", "alerts off"],
    );
    assert.equal(report.link.state, "off");
    assert.equal(reads(report), before + 1);
    assert.ok(report.machine && report.machine.processMemory > 1e7);
    assert.deepEqual([report.deliveries, report.forecasts], [[], []]);
  });

  it("takes no arguments", async () => {
    await fails(bench.client, "get_health", { module: "ledger" }, "INVALID_ARGUMENT");
  });
});
