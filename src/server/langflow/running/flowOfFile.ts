import type { FlowFacts } from "../../../protocol/flows.ts";
import { dataToPush, hasOwnSecrets, plainText, readFlowFile } from "../../flows/files/flowFile.ts";
import type { Fields } from "../../flows/files/flowFile.ts";
import { ToolError } from "../../platform/errors.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { FlowFolder } from "../flowFolder.ts";
import { flowFacts } from "../push.ts";

export interface FoundFlow {
  readonly http: LangflowHttp;
  readonly flow: FlowFacts;
  /** What its file has, with the secrets that Langflow keeps, where that differs from what Langflow has. */
  readonly data?: Fields;
}

interface Deps {
  readonly folder: Pick<FlowFolder, "pathOf" | "read">;
  readonly signal: AbortSignal;
}

/** The flow of a file, as the file has it now, unsaved changes too: who edits a flow runs what is on the screen. */
export async function flowOfFile(
  http: LangflowHttp,
  given: string,
  { folder, signal }: Deps,
): Promise<Omit<FoundFlow, "http">> {
  const path = await folder.pathOf(given);
  const file = readFlowFile(path, (await folder.read(path)).text);
  const stored = await createFlowTexts(http).find(file.id, signal);
  if (!stored) {
    throw new ToolError(
      "NOT_FOUND",
      `Langflow does not have the flow of ${path}.`,
      `Push it first: langflow-connect flow push ${path}`,
    );
  }
  const { id, name } = stored;
  const isSame = plainText(stored) === plainText(file) && !hasOwnSecrets(file, stored);
  return { flow: flowFacts(http.base, { id, name }), ...(!isSame && { data: dataToPush(file, stored) }) };
}
