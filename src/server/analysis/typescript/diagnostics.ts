import type { DiagnosticsAnswer, DiagnosticsQuery } from "./answers.ts";
import type { Diagnostic } from "../types.ts";
import type { View } from "./engine.ts";
import { ownFiles, sourceFile } from "./symbols.ts";
import { cancelCompiler, slashed, ts } from "./ts.ts";

/** What tsc says about a file of the workspace, or about all below a folder. */
export function findDiagnostics(view: View, { path }: DiagnosticsQuery): DiagnosticsAnswer {
  const scope = path === undefined ? undefined : slashed(path);
  const isFolder = scope === undefined || view.files.folders.kindOf(scope) === "folder";
  const items: Diagnostic[] = [];
  if (!isFolder) {
    const project = view.projectOf(scope);
    const file = sourceFile(view, project, scope);
    items.push(...diagnosticsOf(project.program(), file, tokenOf(view)));
    return { items, incomplete: [] };
  }
  const files = [...ownFiles(view)].filter(({ file }) => scope === undefined || file.fileName.startsWith(`${scope}/`));
  for (const [done, { file }] of files.entries()) {
    if (done % 20 === 0) view.context.progress({ done, total: files.length, message: "Checking types" });
    items.push(...diagnosticsOf(view.projectOf(file.fileName).program(), file, tokenOf(view)));
  }
  return { items, incomplete: [...view.incomplete] };
}

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
  if ((declaration ?? composite) && !file.isDeclarationFile)
    raw.push(...program.getDeclarationDiagnostics(file, token));
  const seen = new Set<string>();
  return raw.flatMap((diagnostic) => {
    const made = diagnosticAt(file, diagnostic);
    const key = JSON.stringify(made);
    if (seen.has(key)) return [];
    seen.add(key);
    return [made];
  });
}

function diagnosticAt(file: ts.SourceFile, { start = 0, code, messageText, category }: ts.Diagnostic): Diagnostic {
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return {
    path: file.fileName,
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
