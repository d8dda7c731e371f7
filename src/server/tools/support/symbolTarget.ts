import { z } from "zod";
import type { Target } from "../../analysis/typescript/answers.ts";
import { ToolError } from "../../platform/errors.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { Param } from "./params.ts";

/** The arguments that name a symbol: its name path, or a position in a file. */
export const targetShape = {
  symbol: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe("As find_symbol gave it: `Class/method`, `file.ts#Class/method`"),
  path: Param.path.optional(),
  line: Param.line.optional(),
  column: Param.column.optional(),
};

export interface TargetInput {
  readonly symbol?: string | undefined;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Of any ending: a file in another language is then refused as such. `Class/#private` names no file. */
const withFile = /^(.+?\.[^./#]+)#(.+)$/;

export async function targetOf(workspace: Workspace, input: TargetInput): Promise<Target> {
  const { symbol, path, line, column } = input;
  if (symbol !== undefined) {
    const { file, name } = await fileAndName(workspace, symbol);
    const within = file ?? (path === undefined ? undefined : await existing(workspace, path));
    return { kind: "name", namePath: name, ...(within !== undefined && { file: within }) };
  }
  if (path !== undefined && line !== undefined && column !== undefined) {
    return { kind: "position", file: await existing(workspace, path), line, column };
  }
  throw new ToolError(
    "INVALID_ARGUMENT",
    "No symbol is named.",
    "Give `symbol` as a name path such as `Class/method` or `file.ts#name`, or `path`, `line` and `column`.",
  );
}

/** The parts of `file.ts#name`; a name like `Outer.Inner#method` has no file in front. */
export async function fileAndName(workspace: Workspace, symbol: string): Promise<{ file?: string; name: string }> {
  const [, file, name = ""] = withFile.exec(symbol) ?? [];
  if (file === undefined) return { name: symbol };
  try {
    return { file: await existing(workspace, file), name };
  } catch (error) {
    if (/[/\\]|\.(?:[cm]?[jt]s|[jt]sx)$/.test(file)) throw error;
    return { name: symbol };
  }
}

/** The absolute path of a file that is on disk or in the editor. */
export async function existing(workspace: Workspace, path: string): Promise<string> {
  return (await workspace.existing(path)).absolute;
}
