import { graphsOf } from "../check/flowGraph.ts";
import type { FlowGraph } from "../check/flowGraph.ts";
import { isFields } from "./flowFile.ts";
import type { Fields } from "./flowFile.ts";
import { createJsonTree } from "./jsonTree.ts";
import type { JsonTree } from "./jsonTree.ts";

/** A flow as an editor has it: what it says, and where in the text that stands. */
export interface FlowText {
  readonly text: string;
  readonly fields: Fields;
  /** The flow, and those inside its groups. */
  readonly graphs: readonly FlowGraph[];
  readonly tree: JsonTree;
}

/** Undefined when the text is no flow, or no JSON at the moment. */
export function readFlowText(text: string): FlowText | undefined {
  // Most files are none, and are not read to the end.
  if (!text.includes('"nodes"') || !text.includes('"edges"')) return undefined;
  try {
    const fields: unknown = JSON.parse(text);
    const isFlow = isFields(fields) && isFields(fields["data"]) && Array.isArray(fields["data"]["nodes"]);
    return isFlow ? { text, fields, graphs: graphsOf({ fields }), tree: createJsonTree(text) } : undefined;
  } catch {
    return undefined;
  }
}
