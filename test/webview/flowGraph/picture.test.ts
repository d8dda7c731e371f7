import assert from "node:assert/strict";
import type { FlowGraph, GraphComparison } from "../../../src/protocol/flowGraph.ts";
import { pictureOf } from "../../../src/webview/flowGraph/picture.ts";
import { svgOf } from "../../../src/webview/flowGraph/pictureFile.ts";

const port = (name: string) => ({ name, title: name, isOpen: true });
const component = (id: string, x: number, title = id) => ({
  ...{ id, x, y: 100, title, type: "" },
  inputs: [port("fruit")],
  outputs: [port("juice")],
  inside: [],
});
const graph: FlowGraph = {
  flow: "f",
  name: "Cider",
  components: [component("Orchard-1", -50), component("Press-1", 500)],
  notes: [{ id: "note-1", x: 0, y: -300, width: 300, height: 60, text: "one two\nthree" }],
  edges: [{ id: "e", source: "Orchard-1", output: "juice", target: "Press-1", input: "fruit" }],
  omitted: [],
};

/** Attributes of the elements of one name, as numbers where they are some. */
function elements(svg: string, name: string) {
  return [...svg.matchAll(new RegExp(`<${name} ([^>]*?)/?>(?:([^<]*)</${name}>)?`, "g"))].map(
    ([, attributes = "", text]) => ({
      ...Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
      ),
      ...(text !== undefined && { text }),
    }),
  ) as readonly Readonly<Record<string, string>>[];
}

describe("the picture of a flow's graph", () => {
  it("has everything inside, and each line from the row of its output to the row of its input", () => {
    const { width, height, shapes } = pictureOf(graph, undefined);
    assert.deepEqual([width, height], [950, 576]);
    const svg = svgOf({ width, height, shapes }, graph.name);
    const rects = elements(svg, "rect").slice(1);
    for (const { x, y, width: wide, height: high } of rects) {
      assert.ok(Number(x) >= 40 && Number(x) + Number(wide) <= width - 40, svg);
      assert.ok(Number(y) >= 40 && Number(y) + Number(high) <= height - 40, svg);
    }
    const texts = elements(svg, "text");
    const rowOf = (text: string, box: number) =>
      Number(texts.filter((each) => each["text"] === text)[box]?.["y"] ?? Number.NaN);
    const [start, end] = elements(svg, "circle");
    assert.ok(Math.abs(Number(start?.["cy"]) - rowOf("juice", 0)) < 10);
    assert.ok(Math.abs(Number(end?.["cy"]) - rowOf("fruit", 1)) < 10);
    assert.deepEqual([Number(start?.["cx"]), Number(end?.["cx"])], [360, 590]);
    assert.match(elements(svg, "path")[0]?.["d"] ?? "", /^M 360 \d+ C .* 590 \d+$/);
    assert.equal(svgOf(pictureOf(structuredClone(graph), undefined), graph.name), svg);
  });

  it("has no markup of a flow's own", () => {
    const hostile = `</text><script>alert("1")</script>&\u0000\u001b`;
    const svg = svgOf(pictureOf({ ...graph, components: [component("One", 0, hostile)] }, undefined), hostile);
    assert.ok(!svg.includes("<script"));
    assert.match(svg, /&lt;\/text&gt;&lt;script&gt;/);
    // eslint-disable-next-line no-control-regex -- XML forbids them
    assert.ok(!/[\u0000\u001b]/.test(svg));
  });

  it("shows a comparison in colours and words", () => {
    const comparison: GraphComparison = {
      with: "Langflow",
      graph: { components: [...graph.components, component("Cellar-1", 900)], edges: graph.edges },
      components: {
        "Press-1": { kind: "changed", fields: ["Kind"] },
        "Cellar-1": { kind: "removed", fields: [] },
      },
      edges: { e: "added" },
    };
    const svg = svgOf(pictureOf(graph, comparison), graph.name);
    const texts = elements(svg, "text").map(({ text }) => text);
    assert.ok(texts.includes("Changed: Kind") && texts.includes("Removed"));
    const dashed = elements(svg, "rect").filter((each) => each["stroke-dasharray"] !== undefined);
    assert.deepEqual(
      dashed.map(({ stroke }) => stroke),
      ["#cf222e"],
    );
    assert.equal(elements(svg, "path")[0]?.["stroke"], "#1a7f37");
  });

  it("cuts what has no room, and says so by dots", () => {
    const long = "a word ".repeat(30);
    const notes = [{ id: "n", x: 0, y: 0, width: 200, height: 60, text: long }];
    const svg = svgOf(
      pictureOf({ ...graph, components: [component("One", 0, long)], edges: [], notes }, undefined),
      "x",
    );
    const texts = elements(svg, "text").map(({ text = "" }) => text);
    assert.ok(texts.filter((text) => text.endsWith("…")).length >= 2, texts.join("\n"));
    for (const text of texts) assert.ok(text.length * 7.4 <= 300, text);
    assert.equal(
      svgOf(pictureOf({ ...graph, components: [], notes: [], edges: [] }, undefined), "x").includes("<text"),
      false,
    );
  });
});
