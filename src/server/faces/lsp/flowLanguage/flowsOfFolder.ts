import { fieldsOf, textOf } from "../../../flows/check/flowGraph.ts";
import { uuid } from "../../../flows/files/flowFile.ts";
import type { Fields } from "../../../flows/files/flowFile.ts";
import { createJsonTree } from "../../../flows/files/jsonTree.ts";
import type { JsonTree } from "../../../flows/files/jsonTree.ts";
import { flowIn, textPositions } from "./openFlows.ts";
import type { OpenFlow, TextPositions } from "./openFlows.ts";

/** Files of the workspace by their URIs, with what is typed in the editor. */
export interface FolderFiles {
  /** The JSON files in the folder of a file, each as the editor would name it. */
  beside(uri: string): Promise<readonly string[]>;
  /** Undefined for what cannot be read. */
  read(uri: string): Promise<string | undefined>;
}

/** The names of the variables that a flow uses, which its file leaves out. */
export interface FlowNeedsText extends TextPositions {
  readonly variables: Fields;
  readonly tree: JsonTree;
}

export interface FlowInFolder {
  readonly flow: OpenFlow;
  readonly needs: FlowNeedsText | undefined;
}

/** The flow and those of the other files in the flow folder. */
export async function flowsOfFolder(first: OpenFlow, files: FolderFiles): Promise<readonly FlowInFolder[]> {
  const others = (await files.beside(first.uri)).filter((uri) => uri !== first.uri);
  const found = [await withNeeds(first, files)];
  // One after another: a folder can have more text than there is memory for at once.
  for (const uri of others) {
    const text = await files.read(uri);
    const flow = text === undefined ? undefined : flowIn(uri, text);
    if (flow) found.push(await withNeeds(flow, files));
  }
  return found;
}

async function withNeeds(flow: OpenFlow, files: FolderFiles): Promise<FlowInFolder> {
  return { flow, needs: await needsOf(flow, files) };
}

export async function needsOf({ uri, fields }: OpenFlow, files: FolderFiles): Promise<FlowNeedsText | undefined> {
  const id = textOf(fields["id"]);
  if (!uuid.test(id)) return undefined;
  const at = new URL(`../.lfx/needs/${id.toLowerCase()}.json`, uri).href;
  const text = await files.read(at);
  if (text === undefined) return undefined;
  try {
    const { variables } = fieldsOf(JSON.parse(text));
    return { ...textPositions(at, text), variables: fieldsOf(variables), tree: createJsonTree(text) };
  } catch {
    return undefined;
  }
}
