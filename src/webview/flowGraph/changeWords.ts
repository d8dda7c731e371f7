import type { ComponentChange, GraphComparison } from "../../protocol/flowGraph.ts";

const mostFields = 4;

/** The label of a component. */
export function changeLabel({ kind, fields }: ComponentChange): string {
  if (kind !== "changed") return kind === "added" ? "Added" : "Removed";
  const more = fields.length - mostFields;
  return `Changed: ${fields.slice(0, mostFields).join(", ")}${more > 0 ? ` and ${String(more)} more` : ""}`;
}

/** The comparison in a line. */
export function comparisonLine({ with: other, components, edges }: GraphComparison): string {
  const kinds = Object.values(components).map(({ kind }) => kind);
  const count = (wanted: ComponentChange["kind"]) => kinds.filter((kind) => kind === wanted).length;
  const parts = (["added", "changed", "removed"] as const)
    .filter((kind) => count(kind) > 0)
    .map((kind) => `${String(count(kind))} ${kind}`);
  const cut = Object.values(edges);
  const connections = (["added", "removed"] as const).flatMap((kind) => {
    const some = cut.filter((each) => each === kind).length;
    return some === 0 ? [] : [`${some === 1 ? "1 connection" : `${String(some)} connections`} ${kind}`];
  });
  const said = [...parts, ...connections];
  return `Compared with ${other}: ${said.length === 0 ? "the same" : said.join(", ")}.`;
}
