import assert from "node:assert/strict";
import path from "node:path";
import { runCli } from "../../support/cli.ts";
import { scratchWorkspace } from "../../support/workspaces.ts";
import type { ScratchWorkspace } from "../../support/workspaces.ts";
import { edge, flowText, orchard, press } from "../faces/lsp/flowSamples.ts";

describe("flow explain", function () {
  let workspace: ScratchWorkspace;
  before(async () => {
    workspace = await scratchWorkspace({
      "flows/cider.json": flowText([press, orchard], [edge("Orchard-1", "Press-1"), edge("Orchard-1", "Gone-1")]),
      "flows/deep.json": `{"id":"0d1d4d40-0000-4000-8000-000000000001","name":"Deep","data":{"nodes":${nested(9_000)},"edges":[]}}`,
      "package.json": "{}\n",
    });
  });
  after(() => workspace.remove());

  const explain = (...args: readonly string[]) =>
    runCli([
      "flow",
      "explain",
      ...args,
      "--workspace",
      workspace.folder,
      "--data",
      path.join(workspace.folder, "data"),
    ]);

  it("prints what a file does and what the check finds in it, without Langflow and without its secret", async () => {
    const { code, stdout } = await explain("flows/cider.json");
    assert.equal(code, 0);
    assert.match(stdout, /^# Cider\n\n\*\*Cider\*\* is a flow with 2 components, 1 connection\.\n/);
    assert.match(stdout, /\n {2}n1\["Old orchard"\]\n {2}n2\["Press"\]\n {2}n1 -->\|"fruit"\| n2\n/);
    assert.match(stdout, /\n2 errors, 2 warnings\.\n\n- Error `missing-code`, 1 ×\n {2}- Press has no code/);
    assert.match(stdout, /\n- key of Old orchard \(1\): in the file, not shown\n/);
    assert.doesNotMatch(stdout, /pips/);
    const { stdout: json } = await explain("flows/cider.json", "--json");
    assert.deepEqual(JSON.parse(json), { path: "flows/cider.json", name: "Cider", markdown: stdout });
  });

  it("says what is wrong with a file that cannot be explained", async () => {
    for (const [file, message] of [
      ["package.json", /package\.json is not a flow: it needs an id, a name and data\./],
      ["flows/gone.json", /flows\/gone\.json does not exist/],
      ["flows/deep.json", /flows\/deep\.json is nested too deeply for a flow\./],
    ] as const) {
      const { code, stdout, stderr } = await explain(file);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
    }
    assert.equal((await explain()).code, 2);
  });
});

/** Groups in groups. */
function nested(levels: number): string {
  const open = '[{"id":"G-1","data":{"id":"G-1","node":{"flow":{"data":{"edges":[],"nodes":';
  return `${open.repeat(levels)}[]${"}}}}}]".repeat(levels)}`;
}
