import { sortedJson } from "../flows/files/exactJson.ts";
import { readFlowFile } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { moveVariableNames } from "./moves/variableNames.ts";

interface Given {
  readonly path: string;
  /** The one that the server gave. */
  readonly id: string;
  readonly before: { readonly id: string; readonly text: string };
  /** The file as it shall be, unless somebody saved it meanwhile. */
  readonly text: string;
}

/** What a push changed in the file: its id, or fields that the server has variables for. */
export async function writePushed(folder: FlowFolder, given: Given): Promise<void> {
  const { path, id, before, text } = given;
  if (id !== before.id) await writeGivenId(folder, given);
  else if ((await folder.read(path)).text === before.text) await folder.write(path, text, before.text);
}

/** A server that gives flows ids of its own created one: without the id its file would create it again. */
async function writeGivenId(folder: FlowFolder, { path, id, before, text }: Given): Promise<void> {
  try {
    if ((await folder.read(path)).text === before.text) await folder.write(path, text, before.text);
    else await setId(folder, path, id);
    await moveVariableNames(folder, { id: before.id, file: path }, id);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(
      "ID_NOT_WRITTEN",
      `Langflow has the flow of ${path} under the id ${id}, which could not be written into the file: ${error.message}`,
      `Write this id into the file instead of ${before.id}, then push again.`,
    );
  }
}

/** What else is in the file stays as it is. */
export async function setId(folder: FlowFolder, path: string, id: string): Promise<void> {
  const { text } = await folder.read(path);
  const { fields } = readFlowFile(path, text);
  await folder.write(path, `${sortedJson({ ...fields, id })}\n`, text);
}
