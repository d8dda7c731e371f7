import assert from "node:assert/strict";
import { statusView } from "../../../src/extension/server/statusView.ts";
import type { LinkStatus, WindowStatus } from "../../../src/protocol/status.ts";
import { linkOff } from "../../../src/protocol/topics.ts";

const running = (link: LinkStatus): WindowStatus => ({
  server: { state: "running" },
  endpoint: { url: "http://127.0.0.1:4000/mcp", tools: 12, startedAt: "2026-01-01T00:00:00Z", owner: true },
  link,
});

describe("the status bar's text", () => {
  it("says what to do where nothing may be started", () => {
    const off = (reason: "noFolder" | "virtual" | "untrusted") =>
      statusView({ server: { state: "off", reason }, link: linkOff }).tooltip;
    assert.equal(off("untrusted"), "Trust this workspace to start.");
    assert.match(off("noFolder"), /Open a folder/);
    assert.match(off("virtual"), /local folder/);
  });

  it("shows the latency of a connected Langflow, and no colour", () => {
    const view = statusView(running({ state: "connected", version: "1.13.0", latencyMs: 23.6, warnings: [] }));
    assert.match(view.text, /24 ms/);
    assert.equal(view.severity, "ok");
  });

  it("warns of an old version, of a slow Langflow and of an endpoint that Langflow cannot reach", () => {
    const warned = [
      running({ state: "connected", warnings: ["Versions below 1.9.2 have known unsafeTypes."] }),
      running({ state: "slow", latencyMs: 9_000, warnings: [] }),
      running({
        state: "connected",
        warnings: [],
        registration: {
          name: "workspace-app",
          state: "unreachable",
          problem: "Set langflowConnect.endpoint.advertisedUrl.",
        },
      }),
    ];
    for (const status of warned) assert.equal(statusView(status).severity, "warning");
    assert.match(statusView(warned[2] ?? running(linkOff)).tooltip, /advertisedUrl/);
  });

  it("says once that Langflow is slow", () => {
    const problem = { message: "Langflow is slow.", remedy: "Wait, or look at the load of its machine." };
    const { tooltip } = statusView(running({ state: "slow", warnings: [], problem }));
    assert.equal(tooltip.match(/Langflow is slow/g)?.length, 1);
  });

  it("gives problem and remedy of a failed link", () => {
    const problem = { message: "Langflow refused the key.", remedy: "Connect again with a new key." };
    const view = statusView(running({ state: "failed", warnings: [], problem }));
    assert.equal(view.severity, "error");
    assert.match(view.tooltip, /refused the key\. Connect again/);
  });

  it("names the command that restarts a stopped server", () => {
    const view = statusView({ server: { state: "stopped", reason: "It ended with code 1." }, link: linkOff });
    assert.match(view.tooltip, /Restart server/);
  });
});
