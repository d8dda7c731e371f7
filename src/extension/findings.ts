import { realpathSync } from "node:fs";
import path from "node:path";
import { CodeAction, CodeActionKind, Diagnostic, DiagnosticSeverity, Range, Uri, languages, workspace } from "vscode";
import { commandId } from "../protocol/commands.ts";
import type { Finding, FixPreview } from "../protocol/flows.ts";
import { rootNames } from "../protocol/rootNames.ts";
import type { Disposable } from "./store.ts";

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
        entry.list.push(diagnosticOf(finding));
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

const severityOf = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
} as const;

function diagnosticOf({ line, rule, severity = "warning", message, preview }: Finding): Diagnostic {
  const row = Math.max(0, line - 1);
  const diagnostic = new Diagnostic(new Range(row, 0, row, 1_000), message, severityOf[severity]);
  diagnostic.source = "Langflow Connect";
  diagnostic.code = rule;
  return Object.assign(diagnostic, { preview });
}

/** Tool paths are relative to the root, and start with its name where there are several. */
function locationOf(shown: string, folders: readonly Root[]): Uri | undefined {
  const [only] = folders;
  if (!only) return undefined;
  if (folders.length === 1) return Uri.joinPath(only.uri, shown);
  const [head, ...rest] = shown.split("/");
  const root = folders.find(({ name }) => name === head);
  return root && Uri.joinPath(root.uri, ...rest);
}

/** The path of a file as tools take it; nothing outside the workspace. */
export function toolPath(uri: Uri): string | undefined {
  const folder = uri.scheme === "file" ? workspace.getWorkspaceFolder(uri) : undefined;
  if (!folder) return undefined;
  const inside = path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join("/");
  const folders = roots();
  const root = folders.find((each) => each.uri.toString() === folder.uri.toString());
  return folders.length > 1 && root ? `${root.name}/${inside}` : inside;
}

interface Root {
  readonly uri: Uri;
  readonly name: string;
}

/** The folders with the names that the server has for them: those of the real folders, made unique. */
function roots(): readonly Root[] {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  const names = rootNames(folders.map(({ uri }) => path.basename(realPath(uri.fsPath))));
  return folders.map(({ uri }, at) => ({ uri, name: names[at] ?? "" }));
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return folder;
  }
}
