import { ToolError } from "../../../platform/errors.ts";
import type { View } from "../engine.ts";
import { docTypesOf } from "../../syntax/tsDocs.ts";
import { bindingNames, isNamedDeclaration } from "../../syntax/tsNames.ts";
import { resolved } from "../nameUses.ts";
import type { Project } from "../project.ts";
import { keyOf, ts } from "../ts.ts";
import { endWithComments, startWithComments } from "./spans.ts";

/** A statement that moves, or one declarator of a statement that has more. */
export type Piece = ts.Statement | ts.VariableDeclaration;

/** Code that moves: every declaration of its names at the top of the file. */
export interface Moved {
  readonly project: Project;
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly file: ts.SourceFile;
  /** In the order of the file. */
  readonly pieces: readonly Piece[];
  /** In the order of the file, too. */
  readonly names: readonly string[];
  /** Whether a node of the file moves. */
  has(node: ts.Node): boolean;
  /** The name of a symbol, of any program, that moves; an alias is followed. Undefined for all others. */
  nameOf(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): string | undefined;
}

export interface InProject {
  readonly view: View;
  readonly project: Project;
  readonly file: ts.SourceFile;
}

/** Declarations that are asked for, with all that belongs to their names. */
export function movedCode({ view, project, file }: InProject, asked: readonly Piece[]): Moved {
  const names = [...new Set(asked.flatMap(namesOf))];
  const wanted = new Set(asked.flatMap((one) => (ts.isVariableDeclaration(one) ? [one] : partsOf(one))));
  const parts = file.statements.flatMap(partsOf);
  const pieces = wholeStatements(parts.filter((part) => wanted.has(part) || belongsTo(part, names)));
  for (const piece of pieces) {
    const refusal = checkCanMove(view, file, piece);
    if (refusal) throw refusal;
  }
  const program = project.program();
  const spans = pieces.map((piece) => spanOf(file, piece));
  const starts = new Set(pieces.map((piece) => piece.getStart(file)));
  return {
    project,
    program,
    checker: program.getTypeChecker(),
    file,
    pieces,
    names: [...new Set(pieces.flatMap(namesOf))],
    // What the compiler adds itself, such as the import of JSX, is nowhere in the file.
    has: (node) => node.pos >= 0 && spans.some(({ pos, end }) => pos <= node.getStart(file) && node.end <= end),
    nameOf(checker, symbol) {
      const target = symbol && resolved(checker, symbol);
      const declaration = target?.declarations?.find((one) => {
        const whole = ts.isBindingElement(one) ? ts.walkUpBindingElementsAndPatterns(one) : one;
        return (
          isTopLevel(whole) &&
          keyOf(whole.getSourceFile().fileName) === keyOf(file.fileName) &&
          starts.has(startOf(whole, starts))
        );
      });
      if (!declaration) return undefined;
      const name = ts.getNameOfDeclaration(declaration);
      return name && ts.isIdentifier(name) && !ts.isExportAssignment(declaration) ? name.text : "default";
    },
  };
}

/** The declarations in a range of a file. */
export function piecesAskedFor(view: View, file: ts.SourceFile, range: ts.TextRange): Piece[] {
  refuseDocType(view, file, range);
  const pieces = piecesIn(file, range);
  if (pieces.length > 0) return pieces;
  throw new ToolError("INVALID_ARGUMENT", "No declaration starts there.", "Name a symbol at the top level of a file.");
}

/** A statement of which every declarator moves is one piece, with its comments. */
function wholeStatements(pieces: readonly Piece[]): Piece[] {
  const whole = pieces.map((piece) => {
    if (!ts.isVariableDeclaration(piece) || !ts.isVariableDeclarationList(piece.parent)) return piece;
    const { declarations, parent } = piece.parent;
    return ts.isVariableStatement(parent) && declarations.every((one) => pieces.includes(one)) ? parent : piece;
  });
  return [...new Set(whole)];
}

function refuseDocType(view: View, file: ts.SourceFile, { pos }: ts.TextRange): void {
  const type = docTypesOf(file).find(({ tag }) => tag.pos <= pos && pos < tag.end);
  if (!type) return;
  throw new ToolError(
    "DECLARED_BY_COMMENT",
    `${type.name.text} is declared by a comment of ${view.displayPath(file.fileName)}, which does not move alone.`,
    `Move the comment by hand, and add \`@import {${type.name.text}} from "…"\` where it is used.`,
  );
}

/** A declarator moves alone or with its statement. */
function startOf(declaration: ts.Declaration, starts: ReadonlySet<number>): number {
  const start = declaration.getStart();
  if (starts.has(start) || !ts.isVariableDeclaration(declaration)) return start;
  return declaration.parent.parent.getStart();
}

/** Whether a declaration, or the statement of a variable, stands at the top of its file. */
export function isTopLevel(declaration: ts.Declaration): boolean {
  const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return !ts.isSourceFile(declaration) && ts.isSourceFile(statement.parent);
}

/** A statement, or each declarator of one that has several. */
export function partsOf(statement: ts.Statement): Piece[] {
  if (!ts.isVariableStatement(statement)) return [statement];
  const { declarations } = statement.declarationList;
  return declarations.length > 1 ? [...declarations] : [statement];
}

function piecesIn(file: ts.SourceFile, { pos, end }: ts.TextRange): Piece[] {
  const touched = file.statements.flatMap(partsOf).filter((part) => part.getStart(file) <= end && part.end >= pos);
  const inside = touched.filter((part) => part.getStart(file) < end || pos === end);
  return inside.length > 0 ? inside : touched;
}

export function declaratorsOf(piece: Piece): readonly ts.VariableDeclaration[] {
  if (ts.isVariableDeclaration(piece)) return [piece];
  return ts.isVariableStatement(piece) ? piece.declarationList.declarations : [];
}

/** The names that a piece declares; a default export without one is "default". */
export function namesOf(piece: Piece): string[] {
  const declarators = declaratorsOf(piece);
  if (declarators.length > 0) return declarators.flatMap(({ name }) => boundNames(name));
  if (ts.isExportAssignment(piece)) return ["default"];
  return isNamedDeclaration(piece) ? [piece.name?.text ?? "default"] : [];
}

/** The words in front of a piece, or of the statement that it is a declarator of. */
export function modifiersOf(piece: Piece): readonly ts.Modifier[] {
  const statement = ts.isVariableDeclaration(piece) ? piece.parent.parent : piece;
  return ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
}

export function hasExportWord(piece: Piece): boolean {
  return modifiersOf(piece).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** Whether nothing is left of a name after compilation. */
export function isTypeAlone(pieces: readonly Piece[], name: string): boolean {
  return pieces
    .filter((piece) => namesOf(piece).includes(name))
    .every((piece) => ts.isInterfaceDeclaration(piece) || ts.isTypeAliasDeclaration(piece));
}

function boundNames(name: ts.BindingName): string[] {
  return bindingNames(name).map(({ text }) => text);
}

/** Another declaration of one of the names, or a property that is assigned to one. */
function belongsTo(piece: Piece, names: readonly string[]): boolean {
  if (namesOf(piece).some((name) => names.includes(name))) return !ts.isExportAssignment(piece);
  if (!ts.isExpressionStatement(piece) || !ts.isBinaryExpression(piece.expression)) return false;
  const { left, operatorToken } = piece.expression;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return false;
  if (!ts.isPropertyAccessExpression(left) && !ts.isElementAccessExpression(left)) return false;
  return ts.isIdentifier(left.expression) && names.includes(left.expression.text);
}

/** Why a piece cannot move, whatever the target is. */
export function checkCanMove(view: View, file: ts.SourceFile, piece: Piece): ToolError | undefined {
  const where = view.displayPath(file.fileName);
  if (ts.isImportDeclaration(piece) || ts.isImportEqualsDeclaration(piece) || ts.isExportDeclaration(piece)) {
    const message = `This is an import or an export of ${where}, not a declaration.`;
    return new ToolError("INVALID_ARGUMENT", message, "Name the symbol in the file that declares it.");
  }
  if (ts.isModuleDeclaration(piece) && !ts.isIdentifier(piece.name)) {
    const message = "A declaration of another module cannot move alone.";
    return new ToolError("INVALID_ARGUMENT", message, "Move the file with move_path.");
  }
  if (ts.isVariableDeclaration(piece) && !ts.isIdentifier(piece.name)) {
    const message = `${boundNames(piece.name).join(", ")} is declared by destructuring, beside other variables.`;
    return new ToolError("INVALID_ARGUMENT", message, "Declare it in a statement of its own first.");
  }
  return undefined;
}

/** The text range of a piece with its comments. */
export function spanOf(file: ts.SourceFile, piece: Piece): ts.TextRange {
  if (ts.isVariableDeclaration(piece)) return { pos: piece.getStart(file), end: piece.end };
  return { pos: startWithComments(file, piece), end: endWithComments(file, piece) };
}
