import { ToolError } from "../../platform/errors.ts";
import type { FileChange, TextEdit } from "../../workspace/changes.ts";
import type { Conflict } from "./answers.ts";
import type { View } from "./engine.ts";
import { search } from "./references.ts";
import type { Located } from "./symbols.ts";
import { nodeAt, resolvedIn, ts } from "./ts.ts";
import { preferences } from "./textChanges.ts";

export interface Renaming {
  readonly oldName: string;
  readonly changes: FileChange[];
  readonly conflicts: Conflict[];
}

/** Edits that give a symbol another name everywhere, across re-exports too. */
export function renameSymbol(view: View, located: Located, newName: string): Renaming {
  const { project, file, position } = located;
  const info = project.service.getRenameInfo(file.fileName, position, preferences);
  if (!info.canRename) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${located.label} cannot be renamed: ${info.localizedErrorMessage}`,
      "Name a symbol that is declared in the workspace.",
    );
  }
  if (info.fileToRename !== undefined) {
    throw new ToolError(
      "INVALID_ARGUMENT",
      `${located.label} is the path of an import.`,
      "Move the file or folder with move_path, which mends the imports of it.",
    );
  }
  const oldName = info.displayName;
  checkName(newName, oldName);
  const spans = renameSpans(view, located);
  const changes = [...spans].map(([path, starts]): FileChange => {
    const edits = [...starts.values()].sort((a, b) => a.start - b.start);
    return { kind: "edit", path, edits: edits.map((edit) => ({ ...edit, newText: newText(edit, newName) })) };
  });
  return { oldName, changes, conflicts: conflictsOf({ view, located, spans, newName }) };
}

type Spans = Map<string, Map<number, TextEdit>>;

function renameSpans(view: View, located: Located): Spans {
  const spans: Spans = new Map();
  const starts = view.projects.length === 1 ? [startOf(located)] : search(view, located).starts;
  for (const { project, fileName, position } of starts) {
    const found = project.service.findRenameLocations(fileName, position, false, false, preferences) ?? [];
    for (const { fileName: path, textSpan, prefixText = "", suffixText = "" } of found) {
      const inFile = spans.get(path) ?? new Map<number, TextEdit>();
      spans.set(path, inFile);
      const end = textSpan.start + textSpan.length;
      inFile.set(textSpan.start, { start: textSpan.start, end, newText: `${prefixText}\0${suffixText}` });
    }
  }
  return spans;
}

function startOf({ project, file, position }: Located) {
  return { project, fileName: file.fileName, position };
}

/** The name in the place of the mark, between what the compiler wants around it. */
function newText({ newText: pattern }: TextEdit, newName: string): string {
  return pattern.replace("\0", () => newName);
}

/** Refuses what no symbol can be called. */
export function checkName(newName: string, oldName?: string): void {
  const isPrivate = oldName?.startsWith("#") ?? false;
  const plain = isPrivate && newName.startsWith("#") ? newName.slice(1) : newName;
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, plain);
  const token = scanner.scan();
  const isWhole = scanner.getTokenEnd() === plain.length && plain !== "";
  const isContextual = token > ts.SyntaxKind.LastFutureReservedWord && token <= ts.SyntaxKind.LastKeyword;
  const isIdentifier = isWhole && (token === ts.SyntaxKind.Identifier || isContextual) && plain !== "await";
  if (isIdentifier && isPrivate === newName.startsWith("#")) return;
  throw new ToolError(
    "INVALID_ARGUMENT",
    `${JSON.stringify(newName.slice(0, 80))} is not a name that a symbol can have.`,
    isPrivate ? "Private names start with # and go on as an identifier." : "Give an identifier that is no keyword.",
  );
}

interface Check {
  readonly view: View;
  readonly located: Located;
  readonly spans: Spans;
  readonly newName: string;
}

const maxConflicts = 20;

/** Places where the new name already means something else, so that the rename would change what code does. */
function conflictsOf({ view, located, spans, newName }: Check): Conflict[] {
  const conflicts: Conflict[] = [];
  const add = (file: ts.SourceFile, position: number, message: string) => {
    const line = file.getLineAndCharacterOfPosition(position).line + 1;
    conflicts.push({ path: view.shown(file.fileName), line, message });
  };
  for (const [path, starts] of spans) {
    // The symbol's own project does not have every file of the projects that use it.
    const own = located.project.program();
    const program = own.getSourceFile(path) ? own : view.projectsWith(path)[0]?.program();
    const file = program?.getSourceFile(path);
    if (!program || !file) continue;
    const checker = program.getTypeChecker();
    // A file without the word has nothing that could clash, unless it comes from a global.
    if (!file.text.includes(newName)) continue;
    for (const start of starts.keys()) {
      if (conflicts.length >= maxConflicts) return conflicts;
      const node = nodeAt(file, start);
      const taken =
        memberTaken(checker, node, newName) ?? (isFree(node) ? resolvedIn(checker, newName, node) : undefined);
      const declared = taken?.declarations?.some((declaration) => view.isOwn(declaration.getSourceFile().fileName));
      if (declared) add(file, start, `${newName} already means something else here.`);
    }
    for (const position of shadowed(file, starts, newName)) {
      if (conflicts.length >= maxConflicts) return conflicts;
      add(file, position, `${newName} used here would become the renamed symbol.`);
    }
  }
  return conflicts;
}

/** The member of that name where a property, method or enum member is renamed. */
function memberTaken(checker: ts.TypeChecker, node: ts.Node, newName: string): ts.Symbol | undefined {
  const { parent } = node;
  const isMember = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isEnumMember(parent);
  if (!isMember || !("name" in parent) || parent.name !== node) return undefined;
  const symbol = checker.getSymbolAtLocation(node);
  const owner = symbol && parentOf(symbol);
  return (
    owner?.members?.get(ts.escapeLeadingUnderscores(newName)) ??
    owner?.exports?.get(ts.escapeLeadingUnderscores(newName))
  );
}

function parentOf(symbol: ts.Symbol): ts.Symbol | undefined {
  return (symbol as ts.Symbol & { readonly parent?: ts.Symbol }).parent;
}

/** An identifier that is looked up by scope, not by the type in front of it. */
function isFree(node: ts.Node): boolean {
  const { parent } = node;
  if (!ts.isIdentifier(node)) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.name !== node;
  if (ts.isQualifiedName(parent)) return parent.right !== node;
  return !(
    ts.isClassElement(parent) ||
    ts.isTypeElement(parent) ||
    ts.isEnumMember(parent) ||
    ts.isPropertyAssignment(parent)
  );
}

/** Uses of the new name inside the block of a renamed local declaration, which would be captured by it. */
function shadowed(file: ts.SourceFile, starts: ReadonlyMap<number, TextEdit>, newName: string): number[] {
  const blocks = new Set<ts.Node>();
  for (const start of starts.keys()) {
    const node = nodeAt(file, start);
    if (!ts.isIdentifier(node) || !isFree(node) || !isDeclarationName(node)) continue;
    blocks.add(
      ts.findAncestor(node.parent, (at) => ts.isBlock(at) || ts.isFunctionLike(at) || ts.isSourceFile(at)) ?? file,
    );
  }
  const found: number[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === newName && isFree(node) && !isDeclarationName(node)) {
      found.push(node.getStart(file));
    }
    ts.forEachChild(node, visit);
  };
  for (const block of blocks) visit(block);
  return [...new Set(found)];
}

function isDeclarationName(node: ts.Identifier): boolean {
  const { parent } = node;
  return "name" in parent && parent.name === node && !ts.isPropertyAccessExpression(parent);
}
