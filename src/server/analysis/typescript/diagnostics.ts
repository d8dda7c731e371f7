import type { DiagnosticsAnswer, DiagnosticsQuery } from "./answers.ts";
import type { Diagnostic } from "../types.ts";
import type { Incomplete } from "../../platform/call.ts";
import type { Config } from "./configs.ts";
import type { View } from "./engine.ts";
import { ownFiles } from "./nameIndex.ts";
import { fileNameOf, isScriptName } from "./scriptFiles.ts";
import { sourceFile } from "./symbols.ts";
import { cancelCompiler, isTypeScriptOrJavaScript, slashed, ts } from "./ts.ts";

/** What tsc says about a file of the workspace, or about all below a folder. */
export function findDiagnostics(view: View, { path }: DiagnosticsQuery): DiagnosticsAnswer {
  const scope = path === undefined ? undefined : slashed(path);
  const isFolder = scope === undefined || view.files.folders.kindOf(scope) === "folder";
  const items: Diagnostic[] = [];
  if (!isFolder) {
    const project = view.projectOf(scope);
    const file = sourceFile(view, project, scope);
    items.push(...diagnosticsOf(project.program(), file, tokenOf(view)));
    return { items, incomplete: unsound(view, new Set([project.id])) };
  }
  const isBelow = (file: string) => scope === undefined || file.startsWith(`${scope}/`);
  for (const config of view.configs) if (isBelow(config.path)) items.push(...configDiagnostics(view, config));
  const used = new Set<string>();
  const files = [...ownFiles(view)].filter(({ file }) => isBelow(file.fileName));
  for (const [done, { file, project }] of files.entries()) {
    if (done % 20 === 0) view.context.progress({ done, total: files.length, message: "Checking types" });
    // JSON is listed by no project: one that imports it answers for it.
    const answering = isTypeScriptOrJavaScript(file.fileName) ? view.projectOf(file.fileName) : project;
    const program = answering.program();
    if (!isBelow(answering.id)) used.add(answering.id);
    items.push(...diagnosticsOf(program, program.getSourceFile(file.fileName) ?? file, tokenOf(view)));
  }
  return { items: distinct(items), incomplete: [...view.incomplete, ...unsound(view, used)] };
}

/** Configurations with errors that are no items of the answer, and by which its files were checked. */
function unsound(view: View, used: ReadonlySet<string>): Incomplete[] {
  return view.configs
    .filter(({ path }) => used.has(path))
    .flatMap((config) => configDiagnostics(view, config))
    .filter(({ severity }) => severity === "error")
    .map(({ path, message }) => ({ path: view.displayPath(path), reason: message }));
}

/** What tsc says about a tsconfig: what it cannot read, options that do not fit, libraries that are not there. */
function configDiagnostics(view: View, { path, errors }: Config): Diagnostic[] {
  const program = view.projects.find(({ id }) => id === path)?.program();
  const token = tokenOf(view);
  const raw = [
    ...errors,
    ...(program?.getOptionsDiagnostics(token) ?? []),
    ...(program?.getGlobalDiagnostics(token) ?? []),
  ];
  // Of a component's script nothing is expected, such as being in the folder of the sources.
  const isAboutScript = ({ messageText }: ts.Diagnostic) =>
    isScriptName(/'([^']*)'/.exec(ts.flattenDiagnosticMessageText(messageText, "\n"))?.[1] ?? "");
  return raw
    .filter((diagnostic) => !isAboutScript(diagnostic))
    .map((diagnostic) => {
      // What a package's configuration says wrong is reported where it is extended.
      const file = diagnostic.file && view.isOwn(diagnostic.file.fileName) ? diagnostic.file : undefined;
      const made = { path: file?.fileName ?? path, ...placed(file, diagnostic) };
      return deprecations.has(made.code) ? { ...made, severity: "warning" } : made;
    });
}

/** The workspace's own compiler may be older than ours, and the option is in order there. */
const deprecations = new Set([5101, 5107]);

/** For the compiler to stop by: when the call is cancelled, or its time is over. */
export function tokenOf({ context }: View, deadline = Infinity): ts.CancellationToken {
  const isCancellationRequested = () => context.isCancelled() || Date.now() > deadline;
  return {
    isCancellationRequested,
    throwIfCancellationRequested() {
      if (isCancellationRequested()) cancelCompiler();
    },
  };
}

export function diagnosticsOf(program: ts.Program, file: ts.SourceFile, token: ts.CancellationToken): Diagnostic[] {
  token.throwIfCancellationRequested();
  const raw: ts.Diagnostic[] = [
    ...program.getSyntacticDiagnostics(file, token),
    ...program.getSemanticDiagnostics(file, token),
  ];
  const { declaration, composite } = program.getCompilerOptions();
  if ((declaration ?? composite) && !file.isDeclarationFile && isTypeScriptOrJavaScript(file.fileName))
    raw.push(...program.getDeclarationDiagnostics(file, token));
  return distinct(raw.map((diagnostic) => ({ path: fileNameOf(file.fileName), ...placed(file, diagnostic) })));
}

function distinct(items: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function placed(
  file: ts.SourceFile | undefined,
  { start = 0, code, messageText, category }: ts.Diagnostic,
): Omit<Diagnostic, "path"> {
  const { line, character } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
  return {
    line: line + 1,
    column: character + 1,
    code,
    message: ts.flattenDiagnosticMessageText(messageText, "\n"),
    severity: severities[category],
  };
}

const severities: Readonly<Record<ts.DiagnosticCategory, Diagnostic["severity"]>> = {
  [ts.DiagnosticCategory.Error]: "error",
  [ts.DiagnosticCategory.Warning]: "warning",
  [ts.DiagnosticCategory.Suggestion]: "suggestion",
  [ts.DiagnosticCategory.Message]: "suggestion",
};
