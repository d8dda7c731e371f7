import { ts } from "../ts.ts";
import { exportedValue, isCommonJs } from "./moduleSymbols.ts";
import type { ModuleSymbols } from "./moduleSymbols.ts";
import { computedExports } from "./computedExports.ts";

const maxNamed = 5;

/** Why names of a module are missing, or only their names are known; nothing where all is known. */
export function unknownNames(
  program: ts.Program,
  file: ts.SourceFile,
  symbols: ModuleSymbols | undefined,
): readonly string[] {
  const checker = program.getTypeChecker();
  const whole = !symbols
    ? "The compiler does not know what this CommonJS module exports."
    : isCommonJs(file)
      ? computedExports(checker, file, exportedValue(checker, file))
      : undefined;
  const found = [whole, ofSyntax(program, file), ofAmd(file), ...ofOthers(checker, file, symbols?.exports ?? [])];
  return found.filter((reason) => reason !== undefined);
}

function ofSyntax(program: ts.Program, file: ts.SourceFile): string | undefined {
  const [first] = program.getSyntacticDiagnostics(file);
  if (!first) return undefined;
  const { line } = file.getLineAndCharacterOfPosition(first.start);
  return `Names may be missing, since line ${String(line + 1)} is not valid: ${ts.flattenDiagnosticMessageText(first.messageText, " ")}`;
}

/** `define(["a"], function (a) { … })`. */
function ofAmd(file: ts.SourceFile): string | undefined {
  if (ts.isExternalModule(file) || isCommonJs(file)) return undefined;
  const isAmd = file.statements.some(
    (each) =>
      ts.isExpressionStatement(each) &&
      ts.isCallExpression(each.expression) &&
      each.expression.expression.getText(file) === "define",
  );
  return isAmd ? "An AMD module is not understood: what its function returns is not documented." : undefined;
}

/** What it passes on of modules that the compiler does not find. */
function ofOthers(checker: ts.TypeChecker, file: ts.SourceFile, exports: readonly ts.Symbol[]): string[] {
  const remedy = "Install the packages, or correct the path.";
  const stars = file.statements.flatMap((each) => {
    const isStar = ts.isExportDeclaration(each) && !each.exportClause && each.moduleSpecifier;
    return isStar && !checker.getSymbolAtLocation(isStar) ? [isStar.getText(file)] : [];
  });
  const names = exports.filter((each) => isLost(checker, each)).map(({ name }) => name);
  return [
    ...(stars.length > 0
      ? [`What it passes on from ${listed(stars)} is missing: the compiler finds no types there. ${remedy}`]
      : []),
    ...(names.length > 0
      ? [`Of ${listed(names)} only the name is known: the compiler does not find where that is from. ${remedy}`]
      : []),
  ];
}

function isLost(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  return (symbol.flags & ts.SymbolFlags.Alias) !== 0 && checker.getAliasedSymbol(symbol).declarations === undefined;
}

function listed(names: readonly string[]): string {
  const left = names.length - maxNamed;
  return [...names.slice(0, maxNamed), ...(left > 0 ? [`${String(left)} more`] : [])].join(", ");
}
