// Prints import cycles among our own files and permits of the import table that no import needs.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { layers } from "./layers.mjs";
import { layerOf } from "./lintRules.mjs";
import { cycles, importGraph, unusedPermits } from "./lib/importGraph.mjs";

/** Cycles that are being removed, by the line that reports them. One that is gone must leave this list. */
const known = [
  "import cycle: src/server/tools/runner/context.ts → src/server/tools/runner/jobs.ts → src/server/tools/runner/context.ts",
  "import cycle: src/server/tools/runner/defineTool.ts → src/server/tools/runner/context.ts → src/server/tools/runner/jobs.ts → src/server/tools/runner/defineTool.ts",
  "import cycle: src/server/workspace/edits/edits.ts → src/server/tools/runner/context.ts → src/server/workspace/edits/edits.ts",
  "cycle in the import table: src/server/workspace → src/server/tools → src/server/workspace",
  "cycle in the import table: src/server/analysis → src/server/workspace → src/server/tools → src/server/analysis",
  "cycle in the import table: src/server/langflow → src/server/economy → src/server/langflow",
];

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
const wrong = [
  ...problems.filter((problem) => !known.includes(problem)),
  ...known.filter((line) => !problems.includes(line)).map((line) => `gone, remove it from the known ones: ${line}`),
];
wrong.forEach((line) => console.log(line));
process.exitCode = wrong.length === 0 ? 0 : 1;
