import assert from "node:assert/strict";
import { nodeRanges } from "../../src/extension/features/flowGraph/nodeRanges.ts";
import { readGraph } from "../../src/extension/features/flowGraph/readGraph.ts";
import { starterFiles } from "./starterProjects.ts";

interface Project {
  readonly data: {
    readonly nodes: readonly { readonly id: string; readonly position: { readonly x: number; readonly y: number } }[];
    readonly edges: readonly { readonly source: string; readonly target: string }[];
  };
}

describe("the graphs of Langflow's starter projects", () => {
  for (const version of ["1.13.0", "0.7.3"] as const) {
    it(`of ${version} have every component, note and connection, at its position and found in the text`, () => {
      const files = starterFiles<Project>(version);
      assert.ok(files.size > 20);
      for (const [name, file] of files) {
        const { nodes, edges } = file.data;
        const text = JSON.stringify(file, null, 2);
        const read = readGraph(text);
        assert.ok(read.state === "ready", name);
        const { components, notes, edges: drawn, omitted } = read.graph;
        assert.deepEqual(omitted, [], name);
        assert.deepEqual(
          new Map([...components, ...notes].map(({ id, x, y }) => [id, { x, y }])),
          new Map(nodes.map(({ id, position }) => [id, position])),
          name,
        );
        assert.deepEqual(
          drawn.map(({ source, target }) => [source, target]),
          edges.map(({ source, target }) => [source, target]),
          name,
        );
        // Each end is drawn at a port.
        const ports = (id: string, side: "inputs" | "outputs") =>
          components.find((component) => component.id === id)?.[side].filter(({ isOpen }) => isOpen) ?? [];
        for (const { source, output, target, input } of drawn) {
          assert.ok(output !== "" && ports(source, "outputs").some((port) => port.name === output), name);
          assert.ok(input !== "" && ports(target, "inputs").some((port) => port.name === input), name);
        }
        const found = nodeRanges(text).map(({ start, end }) => JSON.parse(text.slice(start, end)) as unknown);
        assert.deepEqual(found, nodes, name);
      }
    });
  }
});
