import { ToolError } from "../platform/errors.ts";

/** The files of a folder of the workspace. Paths are as users see them. */
export interface FlowFolder {
  /** A path that a user gave, as `list` gives it. */
  pathOf(path: string): Promise<string>;
  /** Equal for two paths that can be one file somewhere. */
  keyOf(path: string): string;
  /** The path of what lies in the same root of the workspace as a file; `inside` is relative to the root. */
  inRootOf(file: string, inside: string): Promise<string>;
  /** The files directly in it whose names end so, those of flows without; none when it does not exist. */
  list(folder: string, ending?: string): Promise<readonly string[]>;
  read(path: string): Promise<{ readonly text: string; readonly unsaved: boolean }>;
  /** Whole or not at all, not when it has the text already, and only over the text that is expected; without one, only where no file is. */
  write(path: string, text: string, expected: string | undefined): Promise<void>;
  /** Gives a file another name and this text; only one with the text that is expected, and over no other file. */
  move(path: string, to: string, text: string, expected: string): Promise<void>;
  /** Only a file with the text that is expected; a folder of Python files goes with the last of them. */
  remove(path: string, expected: string): Promise<void>;
}

/** Why a file is neither read for Langflow nor written. */
export function unsavedFile(path: string): ToolError {
  return new ToolError("NOT_READY", `${path} has unsaved changes in the editor.`, "Save the file, then try again.");
}
