import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import type { FileChange } from "../../src/server/workspace/edits/changes.ts";

/** For sources that need no installed package. */
export const strictOptions = {
  strict: true,
  noEmit: true,
  types: [],
  lib: ["ES2020"],
  module: "ESNext",
  moduleResolution: "Bundler",
};

const libs = new Map<string, ts.SourceFile>();

/** Paths and codes of what TypeScript itself says more of after edits; the new name counts as the ones it replaces. */
export function compileWith(folder: string, changes: readonly FileChange[], newName: string): string[] {
  const old = new Set<string>();
  for (const change of changes) {
    if (change.kind !== "edit") throw new Error("Only edits.");
    const text = readFileSync(change.path, "utf8");
    for (const { start, end } of change.edits) old.add(text.slice(start, end));
  }
  return newlySaid(folder, changes, new RegExp(`\\b(?:${[newName, ...old].join("|")})\\b`, "g"));
}

/** The same after any edits and new files, whatever the folders in its messages. */
export function compileMoved(folder: string, changes: readonly FileChange[]): string[] {
  return newlySaid(folder, changes, /import\("[^"]*"\)\./g);
}

function newlySaid(folder: string, changes: readonly FileChange[], names: RegExp): string[] {
  const before = said(folder, new Map(), names);
  return said(folder, textsAfter(changes), names).filter((item) => {
    const at = before.indexOf(item);
    if (at !== -1) before.splice(at, 1);
    return at === -1;
  });
}

function textsAfter(changes: readonly FileChange[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const change of changes) {
    if (change.kind === "create") texts.set(change.path, change.text);
    else if (change.kind === "edit") {
      let text = readFileSync(change.path, "utf8");
      for (const { start, end, newText } of [...change.edits].sort((a, b) => b.start - a.start)) {
        text = text.slice(0, start) + newText + text.slice(end);
      }
      texts.set(change.path, text);
    } else throw new Error("Only edits and new files.");
  }
  return texts;
}

function said(folder: string, texts: ReadonlyMap<string, string>, names: RegExp): string[] {
  const config = ts.readJsonConfigFile(path.join(folder, "tsconfig.json"), (file) => readFileSync(file, "utf8"));
  const { options, fileNames } = ts.parseJsonSourceFileConfigFileContent(config, ts.sys, folder);
  const host = ts.createCompilerHost(options, true);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, languageVersion) => {
    const text = texts.get(file);
    if (text !== undefined) return ts.createSourceFile(file, text, languageVersion, true);
    const known = libs.get(file) ?? read(file, languageVersion);
    if (known && file.includes("/node_modules/")) libs.set(file, known);
    return known;
  };
  const { fileExists } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  const program = ts.createProgram([...new Set([...fileNames, ...texts.keys()])], options, host);
  const declared = options.declaration ? program.getDeclarationDiagnostics() : [];
  return [...ts.getPreEmitDiagnostics(program), ...declared].map(({ file, code, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, "\n").replaceAll(names, "·");
    return `${file ? path.basename(file.fileName) : ""} ${code} ${message}`;
  });
}
