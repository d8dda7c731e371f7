import { newLineOf } from "../textChanges.ts";
import { ts } from "../ts.ts";

/** How a file writes its imports. */
export interface Style {
  readonly quote: string;
  readonly semicolon: string;
  /** Between the braces and the names. */
  readonly space: string;
  readonly newLine: string;
  /** Imports of types say so in this file. */
  readonly hasTypeImports: boolean;
  /** `import { type Name }`. */
  readonly hasInlineTypes: boolean;
}

/** The style of a file; of what it does not show, the style of another one. */
export function styleOf(file: ts.SourceFile, other?: Style): Style {
  const modules = file.statements.filter(hasSpecifier);
  const [first] = modules;
  const braces = /^(?:import|export)[^{'"]*\{( ?)/.exec(first?.getText(file) ?? "")?.[1];
  const clauses = modules.flatMap((at) => (ts.isImportDeclaration(at) ? (at.importClause ?? []) : []));
  const hasInlineTypes = clauses.some(({ namedBindings }) =>
    namedBindings && ts.isNamedImports(namedBindings) ? namedBindings.elements.some((one) => one.isTypeOnly) : false,
  );
  const statements = first ? modules : file.statements.filter((at) => !ts.isFunctionDeclaration(at));
  const shown = statements.filter((at) => ts.isVariableStatement(at) || hasSpecifier(at));
  return {
    quote: first?.moduleSpecifier.getText(file).charAt(0) ?? other?.quote ?? "'",
    semicolon: shown.length > 0 ? endOf(shown, file) : (other?.semicolon ?? ";"),
    space: braces ?? other?.space ?? " ",
    newLine: file.text === "" ? (other?.newLine ?? "\n") : newLineOf(file.text),
    hasTypeImports: clauses.some((clause) => isTypeOnly(clause)) || hasInlineTypes,
    hasInlineTypes,
  };
}

export function isTypeOnly(clause: ts.ImportClause): boolean {
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

type WithSpecifier = (ts.ImportDeclaration | ts.ExportDeclaration) & { readonly moduleSpecifier: ts.Expression };

function hasSpecifier(at: ts.Statement): at is WithSpecifier {
  return ts.isImportDeclaration(at) || (ts.isExportDeclaration(at) && at.moduleSpecifier !== undefined);
}

function endOf(statements: readonly ts.Statement[], file: ts.SourceFile): string {
  const ended = statements.filter((at) => at.getText(file).endsWith(";")).length;
  return ended * 2 >= statements.length ? ";" : "";
}
