import assert from "node:assert/strict";
import type { WorkspaceEdit } from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { flowChecker } from "../../src/server/flows/check/checkFlow.ts";
import { flowFileText } from "../../src/server/flows/files/flowFile.ts";
import { openFlowEditor, uri } from "../server/faces/lsp/flowEditor.ts";
import type { FlowData } from "./flowMutations.ts";
import { refusals } from "./graphOracle.ts";
import { publicFlows, starterProjects } from "./starterProjects.ts";

const id = "0d1d4d40-0000-4000-8000-000000000001";

/** The file with every component renamed in the editor, one after another. */
async function renamedAll(data: FlowData): Promise<{ readonly before: string; readonly after: string }> {
  const before = flowFileText({ fields: { id, name: "Cider", data } }, { codeAsLines: false });
  const editor = await openFlowEditor();
  let after = before;
  for (const [index, node] of data.nodes.entries()) {
    await editor.open(after);
    const newName = newId(node.id, index);
    const edit = (await editor.askAt("rename", `"id": "${node.id}"`, 8, { newName })) as WorkspaceEdit;
    after = TextDocument.applyEdits(TextDocument.create(uri, "json", 1, after), edit.changes?.[uri] ?? []);
  }
  editor.close();
  return { before, after };
}

/** No part of any other, so that another program's search and replace does the same. */
function newId(old: string, index: number): string {
  return `${old.split("-", 1)[0] ?? ""}-of${String(index)}_here`;
}

function problemsOf(text: string): readonly string[] {
  const problems = flowChecker(undefined)({ fields: JSON.parse(text) as Record<string, unknown> });
  return problems.map(({ code, at }) => `${code} ${at.join(".")}`).sort();
}

describe("renaming the components of real flows", function () {
  this.timeout(300_000);

  it("does what replacing the ids in the whole file does, and adds no problem", async () => {
    const flows = [...publicFlows().map(({ flow }) => flow["data"] as FlowData), ...starterProjects().values()];
    let count = 0;
    for (const data of flows) {
      const { before, after } = await renamedAll(data);
      // The longest first: one id can begin another.
      const ids = data.nodes.map((node, index) => [node.id, newId(node.id, index)] as const);
      const expected = ids
        .toSorted(([one], [other]) => other.length - one.length)
        .reduce((text, [old, renamed]) => text.replaceAll(old, renamed), before);
      assert.equal(after, expected);
      assert.deepEqual(problemsOf(after), problemsOf(before));
      count += ids.length;
    }
    assert.equal(count, 733);
  });

  it("leaves flows that Langflow builds as before", async () => {
    const flows = starterProjects();
    const renamed = new Map<string, unknown>();
    for (const [name, data] of flows) {
      renamed.set(name, (JSON.parse((await renamedAll(data)).after) as { data: unknown }).data);
    }
    const named = (answers: ReadonlyMap<string, string | null>) => [...answers].sort();
    assert.deepEqual(named(await refusals(renamed)), named(await refusals(flows)));
  });
});
