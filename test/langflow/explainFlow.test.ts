import assert from "node:assert/strict";
import { explainFlow } from "../../src/server/flows/explain/explainFlow.ts";
import type { Fields } from "../../src/server/flows/files/flowFile.ts";
import type { FlowData } from "./flowMutations.ts";
import { starterFiles } from "./starterProjects.ts";

type Project = Fields & { readonly name: string; readonly description: string; readonly data: FlowData };

const projects = starterFiles<Project>("1.13.0");
const explained = (file: string) => explainFlow({ fields: projects.get(file) ?? assert.fail(file), problems: [] });

describe("the explanation of a starter project", () => {
  for (const [file, { name, data }] of projects) {
    it(`names what ${name} has`, () => {
      const markdown = explained(file);
      const components = data.nodes.filter(({ type }) => type !== "noteNode");
      const ids = [...markdown.matchAll(/^- Id: `(.*)`$/gm)].map(([, id]) => id);
      assert.deepEqual(ids.sort(), components.map(({ id }) => id).sort());
      assert.equal(markdown.match(/^ {2}n\d+ -->/gm)?.length, data.edges.length);
      const place = (id: string) => markdown.indexOf(`- Id: \`${id}\``);
      const late = data.edges.filter(({ source, target }) => place(source) > place(target));
      const loops = components.filter(({ data: { type } }) => type === "LoopComponent").map(({ id }) => id);
      assert.deepEqual(
        late.map(({ target }) => target),
        loops,
      );
      assert.equal(markdown, explained(file));
    });
  }

  it("shows Simple Agent with its tools", () => {
    const markdown = explained("Simple Agent.json");
    const chart = [
      "flowchart LR",
      '  n1(["Chat Input"])',
      '  n2["URL"]',
      '  n3["Web Search"]',
      '  n4["Agent"]',
      '  n5(["Chat Output"])',
      '  n1 -->|"Input"| n4',
      '  n2 -->|"Tools"| n4',
      '  n3 -->|"Tools"| n4',
      '  n4 -->|"Inputs"| n5',
    ];
    assert.ok(markdown.includes(["```mermaid", ...chart, "```"].join("\n")), markdown);
    assert.match(markdown, /\n## Variables and keys\n\n- API Key of Agent \(4\): left out of the file\n/);
    assert.match(markdown, /\n- Agent \(4\)\n {2}- Its own: Calculator\n {2}- Its own: Current Date\n/);
    assert.match(markdown, /\n {2}- `perform_search` of Web Search \(3\): Search the web, news, or RSS feeds\.\n/);
  });
});
