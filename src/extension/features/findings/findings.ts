import { existsSync } from "node:fs";
import {
  CodeAction,
  CodeActionKind,
  Diagnostic,
  DiagnosticRelatedInformation,
  DiagnosticSeverity,
  Location,
  Position,
  Range,
  languages,
} from "vscode";
import type { Uri } from "vscode";
import { commandId } from "../../../protocol/commands.ts";
import type { Finding, FixPreview } from "../../../protocol/flows.ts";
import { filesIn } from "../../support/fileLinks.ts";
import type { Disposable } from "../../support/store.ts";
import { locationOf, roots } from "../../support/toolPaths.ts";
import type { Root } from "../../support/toolPaths.ts";

export interface Findings extends Disposable {
  /** Replaces all findings, or those of one file. */
  show(findings: readonly Finding[], file?: Uri): void;
  /** Drops those of a file, or of every file below a folder. */
  drop(location: Uri): void;
  has(file: Uri): boolean;
  /** Of a file's findings those that are as severe as what it lists now: saving a file must not add what was not asked for. */
  asBefore(findings: readonly Finding[], file: Uri): readonly Finding[];
}

export function createFindings(): Findings {
  const collection = languages.createDiagnosticCollection("langflowConnect");
  const quickFixes = languages.registerCodeActionsProvider(
    { scheme: "file" },
    {
      provideCodeActions: (document, range) =>
        (collection.get(document.uri) ?? []).flatMap((one) =>
          one.range.intersection(range) && isFixable(one) ? [extraction(one)] : [],
        ),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );
  return {
    show(findings, file) {
      if (file) collection.delete(file);
      else collection.clear();
      const byFile = new Map<string, { uri: Uri; list: Diagnostic[] }>();
      const folders = roots();
      for (const finding of findings) {
        const uri = locationOf(finding.path, folders);
        if (!uri) continue;
        const entry = byFile.get(uri.toString()) ?? { uri, list: [] };
        entry.list.push(diagnosticOf(finding, folders));
        byFile.set(uri.toString(), entry);
      }
      for (const { uri, list } of byFile.values()) collection.set(uri, list);
    },
    drop(location) {
      const below = `${location.toString()}/`;
      // Listed first: a collection must not change while it is walked.
      for (const [uri] of [...collection]) {
        if (uri.toString() === location.toString() || uri.toString().startsWith(below)) collection.delete(uri);
      }
    },
    has: (file) => collection.has(file),
    asBefore(findings, file) {
      const listed = collection.get(file) ?? [];
      const listsInformation = listed.some(({ severity }) => severity === DiagnosticSeverity.Information);
      return findings.filter(({ severity }) => listsInformation || severity !== "information");
    },
    dispose: () => {
      quickFixes.dispose();
      collection.dispose();
    },
  };
}

/** A diagnostic of ours with the refactoring that fixes it. */
interface Fixable extends Diagnostic {
  readonly preview: FixPreview;
}

function isFixable(one: Diagnostic): one is Fixable {
  return "preview" in one && one.preview !== undefined;
}

/** Previews the change: nothing is written before the user has seen it. */
function extraction(fixable: Fixable): CodeAction {
  const { startLine, endLine } = fixable.preview.range;
  const title = `Preview extraction of lines ${String(startLine)} to ${String(endLine)} into a function`;
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.diagnostics = [fixable];
  action.command = { command: commandId("previewExtract"), title, arguments: [fixable.preview] };
  return action;
}

/** The positions that the message names, such as the copy of duplicated code: Problems opens them. */
function relatedOf(message: string, folders: readonly Root[]): DiagnosticRelatedInformation[] {
  return filesIn(message).flatMap(({ path, line }) => {
    const uri = line === undefined ? undefined : locationOf(path, folders);
    if (!uri || line === undefined || !existsSync(uri.fsPath)) return [];
    return [new DiagnosticRelatedInformation(new Location(uri, new Position(line - 1, 0)), `${path}:${String(line)}`)];
  });
}

const severityOf = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

function diagnosticOf(finding: Finding, folders: readonly Root[]): Diagnostic {
  const { line, rule, severity = "warning", message, preview } = finding;
  const row = Math.max(0, line - 1);
  const diagnostic = new Diagnostic(new Range(row, 0, row, 1_000), message, severityOf[severity]);
  diagnostic.source = "Langflow Connect";
  diagnostic.code = rule;
  const related = relatedOf(message, folders);
  if (related.length > 0) diagnostic.relatedInformation = related;
  return Object.assign(diagnostic, { preview });
}
