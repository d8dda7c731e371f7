import { resolved } from "../nameUses.ts";
import { ts } from "../ts.ts";

/** The checker with what works and is not in its public type; each use is covered by a test. */
function inside(checker: ts.TypeChecker): ts.TypeChecker & CheckerInternals {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- there at run time, not in the declarations
  return checker as ts.TypeChecker & CheckerInternals;
}

/** What a file hands on. */
export interface ModuleSymbols {
  readonly exports: readonly ts.Symbol[];
  /** What `module.exports =` or `export =` gives as a whole, where that is more than its parts. */
  readonly whole?: ts.Symbol;
}

interface FileInternals {
  readonly symbol?: ts.Symbol;
  readonly commonJsModuleIndicator?: ts.Node;
}

interface CheckerInternals {
  getExportsAndPropertiesOfModule(module: ts.Symbol): ts.Symbol[];
  getMergedSymbol(symbol: ts.Symbol): ts.Symbol;
}

/** The exports of a module, CommonJS too, and what a declaration file without imports and exports declares; undefined of a script. */
export function moduleSymbols(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  /** The file that passes this one on. */
  from?: ts.SourceFile,
): ModuleSymbols | undefined {
  const module = symbolOfFile(checker, file);
  if (!module) return file.isDeclarationFile ? { exports: declaredIn(checker, file) } : undefined;
  const whole = module.exports?.get(ts.InternalSymbolName.ExportEquals);
  if (!whole) {
    const exports = checker.getExportsOfModule(module).filter(isNamed);
    return { exports: exports.length > 0 ? exports : declaredGlobally(checker, file) };
  }
  // The parts of `export = name` are those of a namespace, which is documented as one.
  if (!isCommonJs(file)) return { exports: [], whole };
  const passedOn = requiredFile(checker, whole);
  if (passedOn && passedOn !== file && passedOn !== from) return moduleSymbols(checker, passedOn, file);
  const target = resolved(checker, whole);
  const parts =
    target.flags & ts.SymbolFlags.Class
      ? []
      : [
          ...inside(checker).getExportsAndPropertiesOfModule(module),
          ...(target.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Module) ? (target.exports?.values() ?? []) : []),
        ];
  // Types of a file, such as those of `@typedef`, stand beside what it hands on.
  const types = checker.getExportsOfModule(module).filter(({ flags }) => (flags & ts.SymbolFlags.Value) === 0);
  const exports = [...new Map([...parts, ...types].filter(isNamed).map((part) => [part.name, part])).values()];
  const isParts = exports.length > 0 && !canBeCalled(checker, target);
  return isParts ? { exports } : { exports, whole };
}

/** The file of `module.exports = require("./file")`: its type leaves out what the compiler does not know. */
function requiredFile(checker: ts.TypeChecker, { declarations = [] }: ts.Symbol): ts.SourceFile | undefined {
  const [first] = declarations;
  const value = first && ts.isBinaryExpression(first) ? chain(first).at(-1) : undefined;
  if (!value || !ts.isCallExpression(value) || value.expression.getText() !== "require") return undefined;
  const [specifier] = value.arguments;
  const module = specifier && checker.getSymbolAtLocation(specifier);
  return module?.declarations?.filter((each) => ts.isSourceFile(each)).find((each) => isCommonJs(each));
}

/** What a file sets `module.exports` to, where that has a name. */
export function exportedValue(checker: ts.TypeChecker, file: ts.SourceFile): ts.Symbol | undefined {
  const { statements } = file;
  for (const statement of statements) {
    const name = assignedToModule(statement);
    if (name) return checker.getSymbolAtLocation(name);
  }
  return undefined;
}

/** `create` in `exports = module.exports = create`, and `app` in `var app = module.exports = {}`. */
function assignedToModule(statement: ts.Statement): ts.Identifier | undefined {
  const isModuleExports = (node: ts.Node) => /^module\s*\.\s*exports$/.test(node.getText());
  if (ts.isVariableStatement(statement)) {
    const found = statement.declarationList.declarations.find(({ initializer }) =>
      chain(initializer).some(isModuleExports),
    );
    return found && ts.isIdentifier(found.name) ? found.name : undefined;
  }
  if (!ts.isExpressionStatement(statement)) return undefined;
  const parts = chain(statement.expression);
  const last = parts.at(-1);
  return last && ts.isIdentifier(last) && parts.some(isModuleExports) ? last : undefined;
}

/** The sides of `a = b = c`. */
function chain(node: ts.Expression | undefined): ts.Expression[] {
  if (!node) return [];
  const isAssignment = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isAssignment ? [node.left, ...chain(node.right)] : [node];
}

export function isCommonJs(file: ts.SourceFile): boolean {
  return (file as ts.SourceFile & FileInternals).commonJsModuleIndicator !== undefined;
}

/** The compiler's own question knows modules of ECMAScript only. */
function symbolOfFile(checker: ts.TypeChecker, file: ts.SourceFile): ts.Symbol | undefined {
  const known = checker.getSymbolAtLocation(file);
  if (known) return known;
  const { symbol } = file as ts.SourceFile & FileInternals;
  return symbol && isCommonJs(file) ? inside(checker).getMergedSymbol(symbol) : undefined;
}

function isNamed({ flags, name }: ts.Symbol): boolean {
  return (flags & ts.SymbolFlags.Prototype) === 0 && name !== (ts.InternalSymbolName.ExportEquals as string);
}

function canBeCalled(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const type = checker.getTypeOfSymbol(symbol);
  return type.getCallSignatures().length + type.getConstructSignatures().length > 0;
}

function declaredIn(checker: ts.TypeChecker, file: ts.SourceFile): ts.Symbol[] {
  return checker
    .getSymbolsInScope(file, ts.SymbolFlags.ModuleMember)
    .filter(({ declarations }) => declarations?.some((each) => each.getSourceFile() === file));
}

/** What a module declares for all, where it exports nothing. */
function declaredGlobally(checker: ts.TypeChecker, file: ts.SourceFile): ts.Symbol[] {
  const block = file.statements.find((each) => isGlobal(each));
  const symbol = block && ts.isModuleDeclaration(block) ? checker.getSymbolAtLocation(block.name) : undefined;
  if (!symbol) return [];
  return checker
    .getExportsOfModule(symbol)
    .map((each) => inside(checker).getMergedSymbol(each))
    .filter(({ declarations }) => declarations?.some((each) => each.getSourceFile() === file));
}

function isGlobal(node: ts.Node): boolean {
  return ts.isModuleDeclaration(node) && (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}
