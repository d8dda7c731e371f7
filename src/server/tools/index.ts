import { ToolError } from "../platform/errors.ts";
import type { Tool, Toolset } from "./runner/defineTool.ts";
import { analyzeCodeQuality } from "./analyzeCodeQuality.ts";
import { analyzeRepository } from "./analyzeRepository.ts";
import { applyEdits } from "./applyEdits.ts";
import { createDirectory } from "./createDirectory.ts";
import { deleteFile } from "./deleteFile.ts";
import { editFile } from "./editFile.ts";
import { findReferences } from "./findReferences.ts";
import { findSymbol } from "./findSymbol.ts";
import { getDiagnostics } from "./getDiagnostics.ts";
import { extractCodeComponents } from "./extractCodeComponents.ts";
import { getJob } from "./getJob.ts";
import { listDirectory } from "./listDirectory.ts";
import { previewRefactoring } from "./previewRefactoring.ts";
import { readFile } from "./readFile.ts";
import { searchCode } from "./searchCode.ts";
import { undoEdits } from "./undoEdits.ts";
import { writeBaseline } from "./writeBaseline.ts";
import { writeFile } from "./writeFile.ts";

/** Every tool, in the order that clients see. One line each. */
export const allTools: readonly Tool[] = [
  readFile,
  writeFile,
  editFile,
  deleteFile,
  createDirectory,
  listDirectory,
  searchCode,
  analyzeRepository,
  analyzeCodeQuality,
  extractCodeComponents,
  applyEdits,
  undoEdits,
  findSymbol,
  findReferences,
  getDiagnostics,
  previewRefactoring,
  getJob,
  writeBaseline,
];

export const defaultToolsets: readonly Toolset[] = ["files", "code", "refactor", "jobs"];

export interface ToolRegistry {
  readonly all: readonly Tool[];
  find(name: string): Tool | undefined;
  /** The tools of these toolsets, refusing unknown ones; of the server's own choice when a client names none. */
  listed(toolsets?: readonly string[]): readonly Tool[];
}

export function createRegistry(
  tools: readonly Tool[] = allTools,
  shown: readonly string[] = defaultToolsets,
): ToolRegistry {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    all: tools,
    find: (name) => byName.get(name),
    listed(toolsets = shown) {
      const known = new Set<string>(tools.map((tool) => tool.toolset));
      const unknown = toolsets === shown ? undefined : toolsets.find((name) => !known.has(name));
      if (unknown === undefined) return tools.filter((tool) => toolsets.includes(tool.toolset));
      throw new ToolError(
        "INVALID_ARGUMENT",
        `There is no toolset ${JSON.stringify(unknown.slice(0, 64))}.`,
        `The toolsets are ${[...known].join(", ")}.`,
      );
    },
  };
}
