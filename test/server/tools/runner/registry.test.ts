import assert from "node:assert/strict";
import { z } from "zod";
import { defineTool } from "../../../../src/server/tools/runner/defineTool.ts";
import type { Tool } from "../../../../src/server/tools/runner/defineTool.ts";
import { createJobs } from "../../../../src/server/tools/runner/jobs.ts";
import { createRegistry } from "../../../../src/server/tools/runner/registry.ts";

function toolOf(name: string, needs: readonly ("jobs" | "search")[] = [], answer = "ours"): Tool {
  return defineTool({
    name,
    title: name,
    toolset: "files",
    effect: "read",
    description: answer,
    needs,
    input: z.strictObject({}),
    output: z.object({}),
    handler: () => Promise.resolve({}),
  });
}

/** A source whose tools a test changes. */
function sourceOf(...tools: Tool[]) {
  let changed: () => void = () => undefined;
  return {
    tools: () => tools,
    onChange: (listener: () => void) => {
      changed = listener;
    },
    become(...next: Tool[]) {
      tools = next;
      changed();
    },
  };
}

const names = (tools: readonly Tool[]) => tools.map(({ name }) => name);

describe("the registry of tools", () => {
  const jobs = createJobs();

  it("offers only tools whose services are there, and says what another one needs", () => {
    const sources = [sourceOf(toolOf("free"), toolOf("waits", ["jobs"]), toolOf("searches", ["jobs", "search"]))];
    const registry = createRegistry({ sources, services: { jobs } });
    assert.deepEqual(names(registry.listed()), ["free", "waits"]);
    assert.equal(registry.find("searches"), undefined);
    assert.match(registry.missing("searches").message, /^searches needs search,/);
    assert.equal(registry.missing("searches").code, "NOT_READY");
    assert.equal(registry.missing("nothing").code, "INVALID_ARGUMENT");
  });

  it("follows a source whose tools come and go", () => {
    const source = sourceOf(toolOf("first"));
    const registry = createRegistry({ sources: [source], services: { jobs } });
    let changes = 0;
    registry.onChange(() => changes++);
    source.become(toolOf("second"), toolOf("third"));
    assert.deepEqual(names(registry.all()), ["second", "third"]);
    assert.equal(registry.find("first"), undefined);
    assert.equal(changes, 1);
  });

  it("lets no later source replace a tool", () => {
    const own = sourceOf(toolOf("read_file"));
    const other = sourceOf();
    const registry = createRegistry({ sources: [own, other], services: { jobs } });
    other.become(toolOf("read_file", [], "theirs"), toolOf("more"));
    assert.deepEqual(names(registry.all()), ["read_file", "more"]);
    assert.equal(registry.find("read_file")?.listed.description, "ours");
  });
});
