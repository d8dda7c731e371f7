import { readFlowFile } from "../flows/files/flowFile.ts";
import { modelsIn } from "../flows/files/flowModels.ts";

/** A flow with the models that its components name. */
export interface FlowModels {
  readonly id: string;
  readonly name: string;
  readonly models: readonly string[];
}

/** The flow files of the workspace. */
interface Files {
  pathOf(path: string): Promise<string>;
  read(path: string): Promise<{ readonly text: string }>;
}

export async function modelsOfFile(folder: Files, wanted: string): Promise<FlowModels> {
  const path = await folder.pathOf(wanted);
  const flow = readFlowFile(path, (await folder.read(path)).text);
  return { id: flow.id, name: flow.name, models: modelsIn(flow) };
}
