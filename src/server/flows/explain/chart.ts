import { isFlowInput, isFlowOutput } from "./ends.ts";
import { allParts } from "./outline.ts";
import type { Part } from "./outline.ts";
import { label } from "./words.ts";

/** More than these, Mermaid does not draw unless its settings say so (`maxEdges` and `maxTextSize`). */
const mostConnections = 500;
const longestChart = 50_000;

/** The flow as a Mermaid chart; undefined when it is empty, or too large for one. */
export function chartOf(parts: readonly Part[]): string | undefined {
  const connections = allParts(parts).flatMap(({ outgoing }) => outgoing);
  if (parts.length === 0 || connections.length > mostConnections) return undefined;
  const lines = ["flowchart LR", ...parts.flatMap((part) => nodeLines(part, "  ")), ...connections.map(arrow)];
  const chart = lines.join("\n");
  return chart.length > longestChart ? undefined : chart;

  function nodeLines(part: Part, indent: string): string[] {
    const { number, node, name, inside } = part;
    const [id, shown] = [idOf(number), label(name || node.id || number)];
    if (inside.length > 0) {
      const inner = inside.flatMap((one) => nodeLines(one, `${indent}  `));
      return [`${indent}subgraph ${id}[${shown}]`, ...inner, `${indent}end`];
    }
    return [isFlowInput(node) || isFlowOutput(node) ? `${indent}${id}([${shown}])` : `${indent}${id}[${shown}]`];
  }
}

function arrow({ from, to }: Part["outgoing"][number]): string {
  const text = to.input.trim() === "" ? "" : `|${label(to.input, 30)}|`;
  return `  ${idOf(from.number)} -->${text} ${idOf(to.number)}`;
}

/** Ids of the chart are ours alone. */
function idOf(number: string): string {
  return `n${number.replaceAll(".", "_")}`;
}
