// Prints import cycles among our own files and permits of the import table that no import needs.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { layers } from "./layers.ts";
import { layerOf } from "./lintRules.ts";
import { cycles, importGraph, unusedPermits } from "./lib/importGraph.ts";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const graph = importGraph(root, ["src", "test", "scripts"]);
const fileEdges = new Map([...graph].map(([file, imports]) => [file, imports.map(({ to }) => to)]));
const folderEdges = new Map(
  Object.entries(layers).map(([from, permits]) => [from, permits.map((to) => to.replace(/^types:/, ""))]),
);
const problems = [
  ...cycles(fileEdges).map((cycle) => `import cycle: ${cycle.join(" → ")}`),
  ...cycles(folderEdges).map((cycle) => `cycle in the import table: ${cycle.join(" → ")}`),
  ...unusedPermits(graph, layers, layerOf).map((text) => `unused permit: ${text}`),
];
problems.forEach((line) => console.log(line));
process.exitCode = problems.length === 0 ? 0 : 1;
