import { ToolError } from "../../platform/errors.ts";
import type { FileChange } from "../../workspace/edits/changes.ts";
import type { Conflict } from "./answers.ts";
import type { View } from "./engine.ts";
import { isMember, isShorthand } from "./nameUses.ts";
import { search } from "./references.ts";
import type { Located } from "./symbols.ts";
import { nodeAt, ts } from "./ts.ts";
import { preferences } from "./textChanges.ts";

export interface Renamed {
  readonly oldName: string;
  readonly changes: FileChange[];
  readonly conflicts: Conflict[];
}

/** Edits that give a symbol another name everywhere, across re-exports too. */
export function renameSymbol(view: View, located: Located, newName: string): Renamed {
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
      "Move the file or folder with move_path, which updates the imports of it.",
    );
  }
  const oldName = info.displayName;
  checkName(newName, oldName);
  const positions = renamePositions(view, located);
  const nodes = [...positions].flatMap(([path, ofFile]) => nodesAt(view, located, path, ofFile));
  const isRenamed = (node: ts.Node) => positions.get(node.getSourceFile().fileName)?.has(node.getStart()) === true;
  const keepsProperty = !nodes.some(isMember);
  const shorthands = new Map(
    nodes.filter(isShorthand).map((node) => {
      // A shorthand has the name of a property and of a variable: what is not renamed keeps its own.
      if (keepsProperty) return [locationOf(node), `${oldName}: ${newName}`];
      const keepsVariable = !variableOf(view, located, node).some(isRenamed);
      return [locationOf(node), keepsVariable ? `${newName}: ${oldName}` : newName];
    }),
  );
  const changes = [...positions].map(([path, ofFile]): FileChange => {
    const edits = [...ofFile]
      .sort(([a], [b]) => a - b)
      .map(([start, end]) => {
        return { start, end, newText: shorthands.get(`${path}:${start}`) ?? newName };
      });
    return { kind: "edit", path, edits };
  });
  return { oldName, changes, conflicts: membersTaken(view, located, nodes, newName) };
}

/** Ends of the positions by their starts, by file. */
type Positions = Map<string, Map<number, number>>;

function renamePositions(view: View, located: Located): Positions {
  const positions: Positions = new Map();
  const starts = view.projects.length === 1 ? [startOf(located)] : search(view, located).starts;
  for (const { project, fileName, position } of starts) {
    const found = project.service.findRenameLocations(fileName, position, false, false, preferences) ?? [];
    for (const { fileName: path, textSpan } of found) {
      const inFile = positions.get(path) ?? new Map<number, number>();
      positions.set(path, inFile);
      inFile.set(textSpan.start, textSpan.start + textSpan.length);
    }
  }
  return positions;
}

function startOf({ project, file, position }: Located) {
  return { project, fileName: file.fileName, position };
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

/** The symbol's own project does not have every file of the projects that use it. */
function programWith(view: View, { project }: Located, path: string): ts.Program | undefined {
  const own = project.program();
  return own.getSourceFile(path) ? own : view.projectsWith(path)[0]?.program();
}

/** The nodes of a file that are renamed. */
function nodesAt(view: View, located: Located, path: string, positions: ReadonlyMap<number, number>): ts.Node[] {
  const file = programWith(view, located, path)?.getSourceFile(path);
  return file ? [...positions.keys()].map((start) => nodeAt(file, start)) : [];
}

/** The names by which the variable behind a shorthand is declared. */
function variableOf(view: View, located: Located, node: ts.Node): ts.Node[] {
  const { parent } = node;
  if (!ts.isShorthandPropertyAssignment(parent)) return [node];
  const checker = programWith(view, located, node.getSourceFile().fileName)?.getTypeChecker();
  const declarations = checker?.getShorthandAssignmentValueSymbol(parent)?.declarations ?? [];
  return declarations.flatMap((declaration) => ts.getNameOfDeclaration(declaration) ?? []);
}

function locationOf(node: ts.Node): string {
  return `${node.getSourceFile().fileName}:${node.getStart()}`;
}

const maxConflicts = 20;

/** Members of the new name where a property, method or enum member is renamed. */
function membersTaken(view: View, located: Located, nodes: readonly ts.Node[], newName: string): Conflict[] {
  const taken = nodes.filter((node) => {
    const program = programWith(view, located, node.getSourceFile().fileName);
    const symbol = program && memberTaken(program.getTypeChecker(), node, newName);
    return symbol?.declarations?.some((declaration) => view.isOwn(declaration.getSourceFile().fileName));
  });
  return taken.slice(0, maxConflicts).map((node) => {
    const file = node.getSourceFile();
    const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
    return { path: view.displayPath(file.fileName), line, message: `${newName} already means something else here.` };
  });
}

function memberTaken(checker: ts.TypeChecker, node: ts.Node, newName: string): ts.Symbol | undefined {
  const { parent } = node;
  const isDeclared = ts.isClassElement(parent) || ts.isTypeElement(parent) || ts.isEnumMember(parent);
  if (!isDeclared || !("name" in parent) || parent.name !== node) return undefined;
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
