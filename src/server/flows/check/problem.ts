import type { FlowProblem } from "../../../protocol/flowFiles.ts";
import type { GraphEdge, GraphNode, JsonPath } from "./flowGraph.ts";
import { fieldNameOf } from "./flowGraph.ts";

/** A problem, and where in the file it stands. */
export interface FoundProblem extends FlowProblem {
  readonly at: JsonPath;
}

/** What a rule says of a problem; where it is follows from the node or edge. */
export type Said = Pick<FlowProblem, "code" | "severity" | "level" | "message">;

export function problemOfNode({ id, at }: GraphNode, said: Said): FoundProblem {
  return { ...said, ...(id && { node: id }), at: [...at, "id"] };
}

export function problemOfField({ id, at }: GraphNode, field: string, said: Said): FoundProblem {
  return { ...said, ...(id && { node: id }), field, at: [...at, "data", "node", "template", field] };
}

/** Named after the component that the edge leads to, since its input is what is wrong there. */
export function problemOfEdge(edge: GraphEdge, said: Said): FoundProblem {
  const field = fieldNameOf(edge);
  return {
    ...said,
    ...(edge.target && { node: edge.target }),
    ...(field !== undefined && { field }),
    at: [...edge.at, "id"],
  };
}
