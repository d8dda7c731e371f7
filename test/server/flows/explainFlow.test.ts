import assert from "node:assert/strict";
import { flowChecker } from "../../../src/server/flows/check/checkFlow.ts";
import { knownComponents } from "../../../src/server/flows/check/knownComponents.ts";
import { explainFlow } from "../../../src/server/flows/explain/explainFlow.ts";
import type { Explained } from "../../../src/server/flows/explain/explainFlow.ts";
import type { FlowProblem } from "../../../src/protocol/flowFiles.ts";
import { component, edge } from "../faces/lsp/flowSamples.ts";

const field = (value: unknown, more: object = {}) => ({ type: "str", show: true, value, ...more });
const name = (id: string, display_name: string, template: object = {}, more: object = {}) =>
  component(id, id.split("-")[0] ?? "", template, { display_name, ...more });

function explain(nodes: readonly unknown[], edges: readonly unknown[] = [], more: Partial<Explained> = {}): string {
  const fields = { name: "Cider", description: "Presses apples.", data: { nodes, edges }, ...more.fields };
  return explainFlow({ problems: [], ...more, fields });
}

function chartOf(markdown: string): string[] {
  const [, chart = assert.fail("no chart")] = /^```mermaid\n([^]*?)\n```$/m.exec(markdown) ?? [];
  return chart.split("\n");
}

function sectionOf(markdown: string, title: string): string[] {
  const [, text = assert.fail(`no ${title}`)] = new RegExp(`^#+ ${title}\n\n([^]*?)(?=\n\n#|$(?![^]))`, "m").exec(markdown) ?? []; // prettier-ignore
  return text.trimEnd().split("\n");
}

/** What Mermaid shows of a label. */
function shown(label: string): string {
  return label.replace(/#(quot|\d+);/g, (_, code: string) =>
    code === "quot" ? '"' : String.fromCodePoint(Number(code)),
  );
}

const orchard = name(
  "Orchard-1",
  "Orchard",
  { kind: field("Boskoop", { display_name: "Kind" }) },
  {
    description: "Grows apples.",
    outputs: [{ name: "apples", display_name: "Apples", types: ["Message"] }],
  },
);
const press = name("Press-1", "Press", { fruit: field("", { display_name: "Fruit" }) });

describe("the explanation of a flow", () => {
  it("tells what its components do in the order of the data, without notes", () => {
    const note = { id: "note-1", type: "noteNode", data: { type: "note", node: { description: "Ripe in autumn" } } };
    const markdown = explain([press, note, orchard], [edge("Orchard-1", "Press-1")]);
    assert.deepEqual(chartOf(markdown), ["flowchart LR", '  n1["Orchard"]', '  n2["Press"]', '  n1 -->|"Fruit"| n2']);
    assert.deepEqual(sectionOf(markdown, "1 Orchard"), [
      "`Orchard`: Grows apples.",
      "",
      "- Kind: `Boskoop`",
      "- Out, Apples: to Press (2), Fruit",
      "- Id: `Orchard-1`",
    ]);
    assert.deepEqual(sectionOf(markdown, "2 Press"), [
      "`Press`",
      "",
      "- In, Fruit: from Orchard (1), Apples",
      "- Id: `Press-1`",
    ]);
    assert.match(markdown, /^# Cider\n\n\*\*Cider\*\* is a flow with 2 components, 1 connection\. Presses apples\.\n/);
    assert.doesNotMatch(markdown, /autumn/);
  });

  it("takes Langflow's descriptions, and of the fields those that are not its defaults", () => {
    const template = { kind: field("Gala"), trees: field(3, { advanced: true }), rows: field(2, { advanced: true }) };
    const catalogue = new Map([
      ["Orchard", { description: "Grows pears.", template: { kind: field("Gala"), trees: field(1), rows: field(2) }, outputs: [] }],
    ]); // prettier-ignore
    const of = (more: object) => sectionOf(explain([name("Orchard-1", "Orchard", template)], [], more), "1 Orchard");
    const known = { components: knownComponents(catalogue), catalogue: { version: "1.13.0", from: "cache" } } as const;
    assert.deepEqual(of(known), ["`Orchard`: Grows pears.", "", "- trees: `3`", "- Id: `Orchard-1`"]);
    assert.deepEqual(of({}), ["`Orchard`", "", "- kind: `Gala`", "- Id: `Orchard-1`"]);
  });

  it("shows a group as a part of the chart, with its own components", () => {
    const inner = { data: { nodes: [press, orchard], edges: [edge("Orchard-1", "Press-1")] } };
    const group = name("Group-1", "Mill", {}, { flow: inner });
    const markdown = explain([group, name("Cellar-1", "Cellar")], [edge("Group-1", "Cellar-1")]);
    assert.deepEqual(chartOf(markdown), [
      "flowchart LR",
      '  subgraph n1["Mill"]',
      '    n1_1["Orchard"]',
      '    n1_2["Press"]',
      "  end",
      '  n2["Cellar"]',
      '  n1 -->|"fruit"| n2',
      '  n1_1 -->|"Fruit"| n1_2',
    ]);
    assert.match(markdown, /3 components, 1 group, 2 connections/);
    assert.ok(markdown.indexOf("### 1.2 Press") < markdown.indexOf("### 2 Cellar"));
  });

  it("starts a cycle where data comes into it, and a loop before what comes back to it", () => {
    const nodes = ["C", "B", "A", "Start"].map((each) => name(`${each}-1`, each));
    const cycle = [edge("Start-1", "A-1"), edge("A-1", "B-1"), edge("B-1", "C-1"), edge("C-1", "A-1")];
    const order = (markdown: string) => [...markdown.matchAll(/^### \d+ (\w+)/gm)].map(([, each]) => each);
    assert.deepEqual(order(explain(nodes, cycle)), ["Start", "A", "B", "C"]);
    const back = edge("B-1", "A-1");
    const targetHandle = { dataType: "Loop", id: "A-1", name: "item", output_types: ["Data"] };
    const loop = { ...back, data: { ...back.data, targetHandle } };
    assert.deepEqual(order(explain(nodes, [loop, edge("A-1", "B-1")])), ["C", "A", "B", "Start"]);
  });

  it("shows no secret, and names variables by what is no key", () => {
    const key = "sk-abcdefghijklmnopqrstuvwxyz123456";
    const secret = { password: true };
    const node = name(`Press-${key}`, key, {
      mistyped: field(key, { load_from_db: true }),
      typed: field("hunter22", secret),
      gone: field("", { ...secret, required: true, display_name: "Cellar key" }),
      optional: field("", secret),
      token: field("pips-1"),
      variable: field("ORCHARD_KEY", { ...secret, load_from_db: true }),
      headers: field([{ key: "X-Cellar", value: "pips-2" }], { type: "table" }),
      env: field({ CELLAR: "pips-3" }, { type: "dict" }),
      server: field({ name: "cellar", config: { env: { A: "pips-4" } } }, { type: "mcp" }),
      text: field(`${"x".repeat(110)} ${key}`),
    });
    const markdown = explain([node], [], { fields: { name: key, description: `Uses ${key}.` } });
    for (const hidden of ["sk-", "abcdef", "hunter22", "pips-"]) assert.ok(!markdown.includes(hidden), hidden);
    assert.deepEqual(sectionOf(markdown, "Variables and keys"), [
      "- Variable `ORCHARD_KEY`: variable of \\*\\*\\* (1)",
      "- mistyped of \\*\\*\\* (1): in the file, not shown",
      "- typed of \\*\\*\\* (1): in the file, not shown",
      "- Cellar key of \\*\\*\\* (1): left out of the file, and needed",
    ]);
    const values = sectionOf(markdown, "1 \\\\\\*\\\\\\*\\\\\\*");
    for (const line of [
      "- token: a secret, not shown",
      "- headers: `X-Cellar`",
      "- env: `CELLAR`",
      "- server: `cellar`",
    ]) {
      assert.ok(values.includes(line), `${line} is not in ${values.join("\n")}`);
    }
  });

  it("lists inputs, outputs, and the tools of an agent that are not switched off", () => {
    const tools = [
      { name: "pick", description: "Picks | apples.", status: true },
      { name: "burn", description: "Burns trees.", status: false },
    ];
    const toolMode = { outputs: [{ name: "component_as_tool", display_name: "Toolset", types: ["Tool"] }] };
    const markdown = explain(
      [
        name("ChatInput-1", "Question"),
        name("Webhook-1", "Hook"),
        name("Orchard-1", "Orchard", { tools_metadata: field(tools, { type: "tools" }) }, toolMode),
        name("Agent-1", "Agent", { add_calculator_tool: field(true, { display_name: "Calculator", advanced: true }) }),
        name("ChatOutput-1", "Answer"),
      ],
      [edge("ChatInput-1", "Agent-1"), edge("Orchard-1", "Agent-1", "tools"), edge("Agent-1", "ChatOutput-1")],
    );
    assert.deepEqual(sectionOf(markdown, "Inputs and outputs"), [
      "- Input: Question (1), `ChatInput`",
      "- Input: Hook (2), `Webhook`",
      "- Output: Answer (5), `ChatOutput`",
    ]);
    assert.deepEqual(sectionOf(markdown, "Tools of agents"), [
      "- Agent (4)",
      "  - Its own: Calculator",
      "  - `pick` of Orchard (3): Picks \\| apples.",
    ]);
  });

  it("counts problems, the worst first and then the most frequent", () => {
    const problem = (code: string, severity: FlowProblem["severity"], message: string): FlowProblem =>
      ({ code, severity, level: 1, message }); // prettier-ignore
    const many = Array.from({ length: 7 }, (_, index) => problem("dry", "warning", `Tree ${String(index)} is dry.`));
    const problems = [problem("leaf", "info", "A leaf."), problem("bent", "warning", "Bent."), ...many, problem("worm", "error", "A [worm](x).")]; // prettier-ignore
    assert.deepEqual(sectionOf(explain([orchard], [], { problems }), "Problems").slice(0, 12), [
      "1 error, 8 warnings, 1 hint.",
      "",
      "- Error `worm`, 1 ×",
      "  - A \\[worm\\](x).",
      "- Warning `dry`, 7 ×",
      ...[0, 1, 2, 3, 4].map((tree) => `  - Tree ${String(tree)} is dry.`),
      "  - And 2 more.",
      "- Warning `bent`, 1 ×",
    ]);
  });

  it("draws no chart that Mermaid would refuse for its size", () => {
    const edges = (count: number) => Array.from({ length: count }, () => edge("Orchard-1", "Press-1"));
    assert.equal(chartOf(explain([orchard, press], edges(500))).length, 503);
    assert.match(explain([orchard, press], edges(501)), /\n\nIt is too large for a chart\.\n/);
    assert.match(explain([]), /\n\nIt has no components\.\n/);
  });

  it("does not trust what is no flow in the file", () => {
    const odd = [null, 3, {}, { id: "A-1", data: { node: { template: { a: 3 }, outputs: "x", display_name: 7 } } }];
    assert.match(explain(odd, [null, {}, edge("A-1", "B-1")]), /### \d+ A-1/);
    assert.match(explainFlow({ fields: {}, problems: [] }), /^# Flow\n/);
  });
});

const hostile = [
  'quote " ] click n1 call alert()',
  "end",
  "subgraph x\nend\n```\n# Heading",
  "<img src=x onerror=alert(1)>",
  "a|b|c -->|x| n9",
  '`; click n1 "javascript:alert(1)"',
  "%%{init: {}}%% #quot; #35; &quot; style n1 fill:#f00;",
  "1. list - item * **bold** __init__",
  "[link](command:evil) ![image](https://example.org/x.png) https://example.org www.example.org",
  "$x^2$ ~~gone~~ {{y}} \\",
  "Größe 🍎 名前 gpt-4.1 input_value",
  "constructor",
  "x".repeat(5_000),
] as const;

describe("the chart of a flow with hostile names", () => {
  const label = /"(?:[\p{L}\p{M}\p{N} \-._]|#quot;|#\d+;)*"/u.source;
  const node = new RegExp(`^ {2}n\\d+\\[${label}\\]$`, "u");
  const arrow = new RegExp(`^ {2}n\\d+ -->\\|${label}\\| n\\d+$`, "u");

  for (const each of hostile) {
    it(`has no syntax of its own of ${JSON.stringify(each.slice(0, 40))}`, () => {
      const to = name("B-1", each, { [each]: field(each) }, { description: each });
      const problems = [{ code: "odd", severity: "error", level: 1, message: each }] as const;
      const fields = { name: each, description: each, endpoint_name: each };
      const markdown = explain([name(`A-${each}`, each), to], [edge(`A-${each}`, "B-1", each)], { fields, problems });
      const [first, one = "", other = "", line = "", ...more] = chartOf(markdown);
      assert.deepEqual([first, more], ["flowchart LR", []]);
      assert.match(one, node);
      assert.match(other, node);
      assert.match(line, arrow);
      const expected = each.replaceAll(/\s+/g, " ");
      const text = shown(/"(.*)"/.exec(one)?.[1] ?? "");
      if (Array.from(expected).length <= 60) assert.equal(text, expected);
      else
        assert.ok(text.endsWith("…") && expected.startsWith(text.slice(0, -1)) && Array.from(text).length <= 61, text);
      assert.equal(markdown.match(/^```/gm)?.length, 2);
      assert.deepEqual(
        [...markdown.matchAll(/^#+ .*/gm)].map(([heading]) => heading.replace(/^(#+ (?:\d )?).*/, "$1")),
        ["# ", "## ", "### 1 ", "### 2 ", "## "],
      );
      const outside = [/```[^]*?```/g, /`[^`\n]*`/g, /\\[^\n]/g].reduce(
        (text, part) => text.replace(part, ""),
        markdown,
      );
      assert.doesNotMatch(outside, /[<>[\]$]|:\/|www\.|\|/);
      assert.ok(markdown.length < 20_000);
    });
  }
});

describe("the explanation of one flow", () => {
  it("is the same each time", () => {
    const nodes = hostile.map((each, index) => name(`N-${String(index)}`, each));
    const fields = { name: "Cider", data: { nodes, edges: [] } };
    const once = () => explainFlow({ fields, problems: flowChecker(undefined)({ fields }) });
    assert.equal(once(), once());
  });
});
