import { readFileSync } from "node:fs";
import path from "node:path";
import { createAnalysis } from "../../src/server/analysis/analysis.ts";
import type { Analysis } from "../../src/server/analysis/analysis.ts";
import type { ReferencesAnswer, Target } from "../../src/server/analysis/typescript/answers.ts";
import type { PlaceKey } from "./tsserver.ts";
import { scratchWorkspace } from "./workspaces.ts";
import type { ScratchWorkspace } from "./workspaces.ts";

export interface TestAnalysis {
  readonly analysis: Analysis;
  /** Texts of an editor, by absolute path. */
  readonly editor: Map<string, string>;
  references(target: Target): Promise<ReferencesAnswer>;
  /** The same as keys, to compare with tsserver's. */
  positions(target: Target): Promise<PlaceKey[]>;
  /** Where a rename would edit, as keys. */
  renamePositions(target: Target): Promise<PlaceKey[]>;
  close(): Promise<void>;
}

export const calm = { signal: new AbortController().signal, progress: () => undefined };

/** The real door and worker over folders, from the sources. */
export function startAnalysis(...folders: readonly string[]): TestAnalysis {
  const editor = new Map<string, string>();
  const roots = folders.map((folder, index) => ({ prefix: folders.length === 1 ? "" : `root${index}`, path: folder }));
  const analysis = createAnalysis({
    workerFile: new URL("../../src/server/analysis/worker.ts", import.meta.url),
    roots,
    overlays: () => editor,
  });
  const absolute = (displayPath: string) => {
    const [only, ...others] = roots;
    if (only && others.length === 0) return path.join(only.path, displayPath);
    const [name, ...rest] = displayPath.split("/");
    return path.join(roots.find((root) => root.prefix === name)?.path ?? "", ...rest);
  };
  const references = (target: Target) => analysis.references({ target }, calm);
  return {
    analysis,
    editor,
    references,
    async positions(target) {
      const { groups } = await references(target);
      return groups
        .flatMap(({ path: file, positions }) =>
          positions.map(([line, column]) => `${absolute(file)}:${line}:${column}`),
        )
        .sort();
    },
    async renamePositions(target) {
      const { changes } = await analysis.refactor({ operation: "rename_symbol", target, newName: "renamed" }, calm);
      return changes
        .flatMap((change) => {
          const text = editor.get(change.path) ?? readFileSync(change.path, "utf8");
          return change.kind !== "edit" ? [] : change.edits.map(({ start }) => placeKey(change.path, text, start));
        })
        .sort();
    },
    close: () => analysis.dispose(),
  };
}

/** A workspace of its own for every test of a `describe`, closed and removed after it. */
export function openedWorkspace() {
  let workspace: ScratchWorkspace | undefined;
  let ours: TestAnalysis | undefined;
  afterEach(async () => {
    await ours?.close();
    await workspace?.remove();
  });
  const opened = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("Nothing is open.");
    return value;
  };
  return {
    async open(files: Readonly<Record<string, string>>): Promise<void> {
      workspace = await scratchWorkspace(files);
      ours = startAnalysis(workspace.folder);
    },
    folder: () => opened(workspace).folder,
    analysis: () => opened(ours).analysis,
    /** The absolute path of a file. */
    at: (file: string) => path.join(opened(workspace).folder, file),
  };
}

function placeKey(file: string, text: string, offset: number): PlaceKey {
  const before = text.slice(0, offset);
  return `${file}:${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}
