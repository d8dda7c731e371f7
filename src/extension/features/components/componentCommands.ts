import { Diagnostic, DiagnosticSeverity, Range, Uri, window, workspace } from "vscode";
import type { DiagnosticCollection, Memento, QuickPickItem, TextDocument } from "vscode";
import { isComponentName, ownComponentNames, ownComponents, readSample } from "../../../protocol/components.ts";
import type { ComponentError, OwnComponentName } from "../../../protocol/components.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { withProgress } from "../../support/progress.ts";
import { locationOf, toolPath } from "../../support/toolPaths.ts";
import { pushReport, runReport } from "./reports.ts";

interface Deps {
  readonly server: WindowServer;
  /** The samples of the last runs, by file. */
  readonly samples: Pick<Memento, "get" | "update">;
  readonly problems: DiagnosticCollection;
  openReport(title: string, markdown: string): Promise<void>;
}

interface StartingPoint extends QuickPickItem {
  readonly from?: OwnComponentName;
}

const startingPoints: readonly StartingPoint[] = [
  { label: "Empty component", detail: "Text in, text out" },
  ...ownComponentNames.map((from) => ({ label: titleOf(from), detail: ownComponents[from], from })),
];

/** `workspace-files` is "Workspace Files". */
function titleOf(name: OwnComponentName): string {
  return name.replaceAll(/(^|-)(.)/g, (_, before: string, letter: string) => `${before && " "}${letter.toUpperCase()}`);
}

/** Asks what to start from and for a name, writes the component, and opens it. */
export async function newComponent({ server }: Pick<Deps, "server">): Promise<void> {
  const start = await window.showQuickPick(startingPoints, {
    title: "New component",
    placeHolder: "What to start from",
  });
  if (!start) return;
  const { from } = start;
  const name = await window.showInputBox({
    title: "New component",
    ...(from !== undefined && { value: start.label.replaceAll(" ", "") }),
    prompt: "Name of its class, such as WordCount",
    validateInput: (text) => (isComponentName(text) ? undefined : "A name of a Python class, such as WordCount"),
  });
  if (name === undefined) return;
  const { path } = await withProgress("Writing the component", (work) =>
    server.operate("components.create", { name, ...(from !== undefined && { from }) }, work),
  );
  const uri = locationOf(path);
  if (uri) await window.showTextDocument(uri);
}

/** Runs the component of a file as it is in the editor, with the sample that it ran with last or another one. */
export async function runComponent({ server, samples, problems, openReport }: Deps, item: unknown): Promise<void> {
  const found = await componentOf(item);
  if (!found) return;
  const { document, file } = found;
  const key = `component.sample:${document.uri.toString()}`;
  const input = await window.showInputBox({
    title: "Run component",
    prompt: "Values of its fields, as JSON",
    value: samples.get<string>(key) ?? "{}",
    validateInput: (text) => (readSample(text) ? undefined : 'JSON such as {"input_value": "Hello"}'),
  });
  if (input === undefined) return;
  await samples.update(key, input);
  problems.delete(document.uri);
  const { run } = await withProgress(`Running ${file}`, (work) =>
    server.operate("components.run", { file, input }, work),
  );
  if (run.error === null) {
    await openReport(`${run.component} ran`, runReport(run));
    return;
  }
  if (run.error.line !== null) problems.set(document.uri, [diagnosticOf(document, run.error.line, run.error)]);
  const where = run.error.line === null ? "" : ` in line ${String(run.error.line)}`;
  void window.showErrorMessage(`${run.component} failed${where}: ${run.error.message}`);
}

/** Puts the component into the flows of Langflow that use it. */
export async function pushComponent({ server, openReport }: Deps, item: unknown): Promise<void> {
  const found = await componentOf(item);
  if (!found) return;
  const { document, file } = found;
  if (document.isDirty) await document.save();
  const pushed = await withProgress(`Pushing ${file}`, (work) => server.operate("components.push", { file }, work));
  if (pushed.flows.length === 0) {
    void window.showInformationMessage(`No flow of this Langflow uses ${pushed.component}.`);
    return;
  }
  await openReport(`${pushed.component} pushed`, pushReport(pushed));
}

interface FoundComponent {
  readonly document: TextDocument;
  /** As operations take it. */
  readonly file: string;
}

/** The given file, or the Python file in the editor. */
async function componentOf(item: unknown): Promise<FoundComponent | undefined> {
  const uri = item instanceof Uri ? item : window.activeTextEditor?.document.uri;
  const file = uri?.path.endsWith(".py") === true ? toolPath(uri) : undefined;
  if (uri && file !== undefined) return { document: await workspace.openTextDocument(uri), file };
  void window.showInformationMessage("Open the Python file of a component first, such as one in flows/components.");
  return undefined;
}

function diagnosticOf(document: TextDocument, line: number, { message }: ComponentError): Diagnostic {
  const { firstNonWhitespaceCharacterIndex: start, range } = document.lineAt(Math.min(line, document.lineCount) - 1);
  const at = new Range(range.start.translate(0, start), range.end);
  const diagnostic = new Diagnostic(at, message, DiagnosticSeverity.Error);
  diagnostic.source = "Langflow";
  return diagnostic;
}
