import { z } from "zod";
import type { PositionedEdit } from "../../../protocol/edits.ts";
import type { MovedSecret } from "../../../protocol/flowFiles.ts";
import { variableName } from "../../../protocol/variableName.ts";
import { readFlowText } from "../../flows/files/flowText.ts";
import { typedSecret } from "../../flows/files/variableInstead.ts";
import type { TextChange } from "../../flows/files/variableInstead.ts";
import { ToolError } from "../../platform/errors.ts";
import { statusOf } from "../../platform/http.ts";
import { hasSecretShape } from "../../platform/redact.ts";
import { createServerParts } from "../client/serverParts.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { Connection } from "../connection.ts";
import type { FlowFolder } from "../flowFolder.ts";

/** Secrets of flow files, which belong into Langflow. */
export interface FlowSecrets {
  /**
   * Makes a global variable of the value of a field. What the file says instead is the answer: the editor shall have it
   * as a change that can be undone. The value itself goes to Langflow alone.
   */
  move(asked: SecretMove): Promise<MovedSecret>;
}

export interface SecretMove {
  readonly file: string;
  readonly node: string;
  readonly field: string;
  /** Of the variable. */
  readonly name: string;
  /** Takes a variable that is there, and leaves its value. */
  readonly existing: boolean;
  readonly signal: AbortSignal;
}

interface FlowSecretsDeps {
  readonly connection: Pick<Connection, "use">;
  readonly folder: Pick<FlowFolder, "pathOf" | "read">;
}

export function createFlowSecrets({ connection, folder }: FlowSecretsDeps): FlowSecrets {
  return {
    async move({ file, node, field, name, existing, signal }) {
      if (!variableName.test(name) || hasSecretShape(name)) {
        const remedy = "Give it letters, digits, underscores and hyphens, such as API_KEY.";
        throw new ToolError("INVALID_ARGUMENT", "That is no name of a global variable.", remedy);
      }
      const path = await folder.pathOf(file);
      const { text } = await folder.read(path);
      const flow = readFlowText(text);
      const secret = flow && typedSecret(flow, node, field);
      if (!secret) {
        throw new ToolError("NOT_FOUND", `${path} has no secret in ${field} of ${node}.`, "Look at the file.");
      }
      const { http } = await connection.use();
      const isThere = (await createServerParts(http).variables(signal)).has(name);
      if (isThere && !existing) return { result: "exists", edits: [] };
      if (!isThere) await addVariable(http, { name, value: secret.value }, signal);
      return { result: isThere ? "used" : "created", edits: positioned(text, secret.naming(name)) };
    },
  };
}

async function addVariable(http: LangflowHttp, { name, value }: { name: string; value: string }, signal: AbortSignal) {
  const body = { name, value, type: "Credential", default_fields: [] };
  try {
    await http.json({ method: "POST", path: "/api/v1/variables/", body, signal }, z.unknown());
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined || status === 401) throw error;
    // Langflow's words can repeat what it was sent.
    throw new ToolError(
      status === 403 ? "NOT_PERMITTED" : "NOT_READY",
      `Langflow did not create the global variable ${name} (HTTP ${status}).`,
      "It may not accept the value under this name: choose another name, or create the variable in Langflow.",
    );
  }
}

function positioned(text: string, changes: readonly TextChange[]): PositionedEdit[] {
  const at = (offset: number) => {
    const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  return changes.map(({ start, end, newText }) => ({ start: at(start), end: at(end), newText }));
}
