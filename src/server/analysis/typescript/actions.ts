import { ToolError } from "../../platform/errors.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Conflict, RefactorQuery } from "./answers.ts";
import { checkedConversion, reachesOtherFiles, refuseConversion } from "./convert/checks.ts";
import type { Conversion } from "./convert/conversion.ts";
import type { View } from "./engine.ts";
import { edited } from "../../platform/unifiedDiff.ts";
import { refuseHoisted, usesThisIn } from "./inline/hoisted.ts";
import { inlineVariable } from "./inline/inlineVariable.ts";
import type { Project } from "./project.ts";
import { checkName } from "./rename/newName.ts";
import { changesOf, formatFor, preferences } from "./textChanges.ts";
import { slashed, ts } from "./ts.ts";

/** Where an action of the compiler is asked for. */
export interface Spot {
  readonly project: Project;
  readonly file: ts.SourceFile;
  readonly range: ts.TextRange;
}

export interface Acted {
  readonly title: string;
  readonly changes: FileChange[];
  readonly conflicts?: readonly Conflict[];
  readonly notes?: readonly string[];
}

/** Our names of the compiler's kinds of actions; every other action goes by its own name. */
const kinds: Readonly<Record<string, string>> = {
  extract_function: "refactor.extract.function",
  extract_constant: "refactor.extract.constant",
  extract_type: "refactor.extract.type",
  extract_interface: "refactor.extract.interface",
  inline: "refactor.inline.variable",
  move_symbol: "refactor.move.file",
};

/** The compiler's moves to a file, which change what the code does without a word. */
const ownMoves = "refactor.move.";

interface Offer {
  readonly refactor: string;
  readonly action: ts.RefactorActionInfo;
}

/** Runs a refactoring of the compiler at a location, found by its kind or name. */
export function runAction(view: View, spot: Spot, query: RefactorQuery): Acted {
  const { operation, newName, to } = query;
  if (newName !== undefined) checkName(newName);
  const { project, file, range } = spot;
  if (operation === "inline") return inlineVariable(view, spot);
  const offers = guarded(operation, () => offersAt(spot, to === undefined ? undefined : kinds["move_symbol"]));
  const fitting = offers.filter(({ action }) => isCalled(action, operation));
  const losesThis = usesThisIn(file, range);
  const usable = fitting.filter(
    ({ action }) =>
      action.notApplicableReason === undefined && !(losesThis && action.description.includes("inner function")),
  );
  const offer = query.scope === "inner" || operation !== "extract_function" ? usable[0] : usable.at(-1);
  if (!offer) throw notApplicable(view, operation, offers, fitting);
  const { kind = "" } = offer.action;
  if (kind.startsWith(ownMoves) && operation !== "move_symbol") {
    const message = `${operation} is not offered: it has none of the checks of move_symbol.`;
    throw new ToolError("INVALID_ARGUMENT", message, "Use move_symbol with `to`, which can be a new file.");
  }
  // By the compiler's own names too.
  if (kind === kinds["inline"]) return inlineVariable(view, spot);
  if (kind === kinds["extract_constant"]) refuseHoisted(project.program().getTypeChecker(), file, range);
  const title = offer.action.description || offer.action.name;
  const conversion: Conversion = { view, ...spot, title, newName };
  refuseConversion(kind, conversion);
  const format = formatFor(file.text);
  const target = to === undefined ? undefined : { targetFile: slashed(to) };
  const ask = ({ service }: Project) =>
    guarded(operation, () =>
      service.getEditsForRefactor(file.fileName, format, range, offer.refactor, offer.action.name, preferences, target),
    );
  const made = ask(project);
  const edits = made ? [...made.edits] : [];
  const others = reachesOtherFiles(kind) ? view.projectsWith(file.fileName).filter((one) => one !== project) : [];
  for (const other of others) {
    const more = ask(other)?.edits ?? [];
    edits.push(...more.filter(({ fileName }) => edits.every((known) => known.fileName !== fileName)));
  }
  const worked = changesOf(view, edits);
  if (worked.length === 0) throw notApplicable(view, operation, offers, fitting, made?.notApplicableReason);
  const { changes, ...said } = checkedConversion(kind, conversion, worked);
  if (newName === undefined) return { title, changes, ...said };
  const generated = nameIn(worked, file, made);
  if (generated === undefined) return { title, changes, ...said };
  return { title, changes: withName({ changes, generated, newName, file }), ...said };
}

/**
 * The compiler walks every type that the code mentions, and a type without an end exhausts its stack. Some forms of code it
 * does not expect at all.
 */
function guarded<T>(operation: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ToolError) throw error;
    if (error instanceof RangeError) {
      const message = `${operation} is not possible here: the types of this code are too deep for the compiler.`;
      throw new ToolError("INVALID_ARGUMENT", message, "Choose a smaller range, or name the types of its variables.");
    }
    const message = `${operation} is not possible here: this form of code is more than TypeScript can change.`;
    throw new ToolError("COMPILER_FAILS", message, "Change the code by edit_file, or write it in another form first.");
  }
}

function offersAt({ project, file, range }: Spot, kind: string | undefined): Offer[] {
  const found = project.service.getApplicableRefactors(
    file.fileName,
    range,
    preferences,
    "invoked",
    kind,
    kind !== undefined,
  );
  return found.flatMap(({ name, actions }) => actions.map((action) => ({ refactor: name, action })));
}

function isCalled({ name, kind, description }: ts.RefactorActionInfo, operation: string): boolean {
  const wanted = kinds[operation];
  if (wanted !== undefined) return kind === wanted;
  return snake(name) === operation || snake(description) === operation;
}

function snake(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
}

function operationName({ name, kind = "" }: ts.RefactorActionInfo): string {
  return Object.keys(kinds).find((ours) => kinds[ours] === kind) ?? snake(name);
}

function notApplicable(
  view: View,
  operation: string,
  offers: readonly Offer[],
  fitting: readonly Offer[],
  why?: string,
): ToolError {
  const reason = why ?? fitting[0]?.action.notApplicableReason;
  const possible = offers.filter(
    ({ action: { notApplicableReason, kind = "" } }) => notApplicableReason === undefined && !kind.startsWith(ownMoves),
  );
  const names = [...new Set(possible.map(({ action }) => operationName(action)))].sort();
  return new ToolError(
    "INVALID_ARGUMENT",
    `${operation} is not possible here${reason === undefined ? "." : `: ${reason}`}`,
    names.length > 0 ? "Use one of `operations`, or choose another range." : "Choose another range or symbol.",
    names.length > 0 ? { operations: names } : {},
  );
}

/** The name that the compiler made up for extracted code: it stands where it would start a rename. */
function nameIn(
  changes: readonly FileChange[],
  file: ts.SourceFile,
  made: ts.RefactorEditInfo | undefined,
): string | undefined {
  const { renameFilename, renameLocation } = made ?? {};
  const change = changes.find(({ path }) => path === slashed(renameFilename ?? ""));
  if (renameLocation === undefined || change?.kind !== "edit" || change.path !== file.fileName) return undefined;
  return /^[\w$]+/.exec(edited(file.text, change.edits).slice(renameLocation))?.[0];
}

interface Naming {
  readonly changes: readonly FileChange[];
  readonly generated: string;
  readonly newName: string;
  readonly file: ts.SourceFile;
}

/** The compiler makes a name up that no identifier of the file has, so every identifier of that name is its own. */
function withName({ changes, generated, newName, file }: Naming): FileChange[] {
  if (new RegExp(`(?<![\\w$])${escaped(newName)}(?![\\w$])`).test(file.text)) {
    throw new ToolError("NAME_TAKEN", `${newName} is already used in this file.`, "Choose another newName.");
  }
  return changes.map((change) => {
    if (change.kind !== "edit" || change.path !== file.fileName) return change;
    const positions = positionsOf(generated, file.fileName, edited(file.text, change.edits));
    let shift = 0;
    const edits = change.edits.map((edit) => {
      const from = edit.start + shift;
      shift += edit.newText.length - (edit.end - edit.start);
      const own = positions.map((location) => location - from).filter((at) => at >= 0 && at < edit.newText.length);
      const named = own.map((start) => ({ start, end: start + generated.length, newText: newName }));
      return { ...edit, newText: edited(edit.newText, named) };
    });
    return { ...change, edits };
  });
}

/** Where identifiers of a name stand in a text, those of documentation comments included: strings may contain it too. */
function positionsOf(name: string, fileName: string, text: string): number[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.ESNext, true);
  const found = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name) found.add(node.getStart(source));
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found];
}

function escaped(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
