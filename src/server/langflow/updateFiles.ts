import type { UpdatedFlowFile } from "../../protocol/flowFiles.ts";
import { sortedJson } from "../flows/files/exactJson.ts";
import { fileForm, readFlowFile } from "../flows/files/flowFile.ts";
import type { Catalogue } from "../flows/model.ts";
import { updateFlow } from "../flows/update/updateFlow.ts";
import type { FlowFolder } from "./flowFolder.ts";

interface Updating {
  readonly folder: Pick<FlowFolder, "read" | "write">;
  readonly catalogue: Catalogue;
  readonly write: boolean;
}

/** Brings the components of a flow file to the versions of Langflow, in the form that the file has. */
export async function updateFile(path: string, { folder, catalogue, write }: Updating): Promise<UpdatedFlowFile> {
  const { text } = await folder.read(path);
  const file = readFlowFile(path, text);
  const { fields, components } = updateFlow(file, catalogue);
  const isChanged = components.some(({ result }) => result === "updated");
  if (write && isChanged) {
    const form = fileForm(fields, { codeAsLines: file.codeAsLines, secrets: "kept" });
    await folder.write(path, `${sortedJson(form)}\n`, text);
  }
  return { path, name: file.name, written: write && isChanged, components };
}
