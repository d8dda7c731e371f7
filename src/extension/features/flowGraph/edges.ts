import type { GraphEdge } from "../../../protocol/flowGraph.ts";
import { fieldsOf, itemsOf, textOf } from "./fields.ts";
import type { Fields } from "./fields.ts";

/** Those between two of the components, each once. */
export function edgesOf(listed: unknown, ids: ReadonlySet<string>): readonly GraphEdge[] {
  const ends = itemsOf(listed)
    .map(endsOf)
    .filter(({ source, target }) => ids.has(source) && ids.has(target));
  const byEnds = new Map(ends.map((edge) => [JSON.stringify(Object.values(edge)), edge]));
  return [...byEnds].map(([id, edge]) => ({ id, ...edge }));
}

function endsOf(edge: Fields): Omit<GraphEdge, "id"> {
  const data = fieldsOf(edge["data"]);
  const source = handleOf(data["sourceHandle"], edge["sourceHandle"]);
  const target = handleOf(data["targetHandle"], edge["targetHandle"]);
  return {
    source: textOf(edge["source"]),
    output: textOf(source["name"]),
    target: textOf(edge["target"]),
    // What leads back into a loop ends at one of its outputs.
    input: textOf(target["fieldName"]) || textOf(target["name"]),
  };
}

/** As an object, or as the text that Langflow writes besides, with œ for quotes. */
function handleOf(handle: unknown, written: unknown): Fields {
  if (typeof handle === "object") return fieldsOf(handle);
  try {
    return fieldsOf(JSON.parse(textOf(written).replaceAll("œ", '"')));
  } catch {
    return {};
  }
}
