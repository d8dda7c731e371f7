import path from "node:path/posix";
import { ToolError } from "../../../platform/errors.ts";
import { isJavaScript } from "../../syntax/tsParse.ts";
import type { View } from "../engine.ts";
import { isCaseSensitive, keyOf, ts } from "../ts.ts";

/** Throws for what cannot move, before anything is planned. */
export function refuseMove(view: View, from: string, to: string): void {
  const { files } = view;
  const isFolder = files.folders.kindOf(from) === "folder";
  refuseTaken(view, from, to);
  if (isFolder && keyOf(to).startsWith(`${keyOf(from)}/`)) {
    throw new ToolError("INVALID_ARGUMENT", "A folder cannot move into itself.", "Choose a path outside it.");
  }
  if (!isFolder && !files.exists(from)) {
    throw new ToolError(
      "NOT_A_REGULAR_FILE",
      `${view.displayPath(from)} is neither a file nor a folder.`,
      "Choose a file; list_directory shows the kinds.",
    );
  }
  if (!isFolder) refuseOtherKind(view, from, to);
}

function refuseTaken(view: View, from: string, to: string): void {
  const { files } = view;
  // On a disk that ignores case the old name in another case is the file itself.
  const isItself = !isCaseSensitive && keyOf(from) === keyOf(to) && from !== to;
  const isTaken = files.exists(to) || files.folders.kindOf(to) !== undefined;
  if (isTaken && !isItself) {
    throw new ToolError("TARGET_EXISTS", `${view.displayPath(to)} exists.`, "Choose a path that is free.");
  }
  for (let at = path.dirname(to); at !== path.dirname(at); at = path.dirname(at)) {
    const kind = files.folders.kindOf(at);
    if (kind === "folder") break;
    if (kind !== "file") continue;
    const message = `${view.displayPath(at)} is a file, so nothing can be in it.`;
    throw new ToolError("TARGET_EXISTS", message, "Choose a path below a folder.");
  }
  const { files: names, folders } = files.list(path.dirname(to));
  const name = path.basename(to);
  const alike = [...names, ...folders].find(
    (one) => one !== name && one.toLowerCase() === name.toLowerCase() && path.join(path.dirname(to), one) !== from,
  );
  if (alike === undefined) return;
  const message = `${view.displayPath(path.join(path.dirname(to), alike))} differs from the target only by case: on many disks they are one file.`;
  throw new ToolError("TARGET_EXISTS", message, "Choose a name that differs by more than case.");
}

const endings = /(\.d)?\.([cm]?)([jt])sx?$/;

/** A file that would be read as another kind of module, or as another language. */
function refuseOtherKind(view: View, from: string, to: string): void {
  const was = endings.exec(from);
  const is = endings.exec(to);
  if (!was) return;
  const [where, goal] = [from, to].map((file) => view.displayPath(file));
  if (!is) {
    const message = `${goal ?? ""} would be no TypeScript or JavaScript file any more.`;
    throw new ToolError("LANGUAGE_CHANGES", message, `Keep the extension of ${path.basename(from)}.`);
  }
  if (was[1] !== is[1] || (was[3] === "t" && is[3] === "j")) {
    const message = `${where ?? ""} is written in another language than ${goal ?? ""} would be read as.`;
    throw new ToolError(
      "LANGUAGE_CHANGES",
      message,
      `Keep the extension of ${path.basename(from)}, or convert it first.`,
    );
  }
  const [before, after] = [from, to].map((file) => formatOf(view, file));
  if (before === after || !isJudgedByFormat(view, from, is[2] !== was[2])) return;
  const [old = "", next = ""] = [before, after].map((kind) =>
    kind === ts.ModuleKind.CommonJS ? "CommonJS" : "an ES module",
  );
  const message = `${where ?? ""} is ${old}, and ${goal ?? ""} would be read as ${next}.`;
  const remedy = `Choose an extension or a folder for ${old}: package.json's "type" decides about .js and .ts.`;
  throw new ToolError("MODULE_KIND_CHANGES", message, remedy);
}

type Format = ts.ModuleKind.CommonJS | ts.ModuleKind.ESNext;

/** By the extension, else by the nearest package.json, as Node reads a file. */
function formatOf({ files }: View, file: string): Format {
  const letter = endings.exec(file)?.[2];
  if (letter !== "") return letter === "m" ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
  const host = { fileExists: files.exists, readFile: files.text };
  const options = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext };
  const format = ts.getImpliedNodeFormatForFile(file, undefined, host, options);
  return format === ts.ModuleKind.ESNext ? format : ts.ModuleKind.CommonJS;
}

/** Whether the kind decides what the file means: for the compiler, or for Node, which runs JavaScript as it is. */
function isJudgedByFormat(view: View, file: string, byExtension: boolean): boolean {
  const projects = view.projectsWith(file);
  if (projects.some((project) => project.program().getSourceFile(file)?.impliedNodeFormat !== undefined)) return true;
  const source = projects[0]?.program().getSourceFile(file);
  if (!source || !isJavaScript(file)) return byExtension && source !== undefined;
  return usesModules(source);
}

function usesModules(file: ts.SourceFile): boolean {
  return ts.isExternalModule(file) || /\b(?:require\s*\(|module\.exports|exports\.)/.test(file.text);
}
