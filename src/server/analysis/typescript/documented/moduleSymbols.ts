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

interface NodeInternals {
  readonly symbol?: ts.Symbol;
}

interface FileInternals extends NodeInternals {
  readonly commonJsModuleIndicator?: ts.Node;
}

interface CheckerInternals {
  getExportsAndPropertiesOfModule(module: ts.Symbol): ts.Symbol[];
  getMergedSymbol(symbol: ts.Symbol): ts.Symbol;
}

/** The exports of a module, CommonJS too, and what a file without imports and exports declares for all. */
export function moduleSymbols(
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  /** The file that passes this one on. */
  from?: ts.SourceFile,
): ModuleSymbols | undefined {
  const module = symbolOfFile(checker, file);
  if (!module) return isCommonJs(file) ? undefined : { exports: declaredIn(checker, file) };
  const whole = module.exports?.get(ts.InternalSymbolName.ExportEquals);
  if (!whole) {
    const exports = checker.getExportsOfModule(module).filter(isNamed);
    return { exports: exports.length > 0 ? exports : declaredGlobally(file) };
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

interface Augmentation {
  readonly node: ts.ModuleDeclaration;
  readonly symbol: ts.Symbol;
  /** What the module itself adds: everything of that name can be a whole library. */
  readonly added: readonly ts.Symbol[];
}

/** `declare global` and `declare module "name"` of a module. */
export function augmentations(file: ts.SourceFile): Augmentation[] {
  if (!ts.isExternalModule(file)) return [];
  const found = new Map<ts.Symbol, Augmentation>();
  for (const node of file.statements) {
    if (!ts.isModuleDeclaration(node) || !(ts.isStringLiteral(node.name) || isGlobal(node))) continue;
    const { symbol } = node as ts.ModuleDeclaration & NodeInternals;
    const added = [...(symbol?.exports?.values() ?? [])].filter(({ declarations }) =>
      declarations?.some((each) => each.getSourceFile() === file),
    );
    if (symbol && added.length > 0 && !found.has(symbol)) found.set(symbol, { node, symbol, added });
  }
  return [...found.values()];
}

/** What a module declares for all, where it exports nothing. */
function declaredGlobally(file: ts.SourceFile): ts.Symbol[] {
  return augmentations(file).flatMap(({ node, added }) => (isGlobal(node) ? added : []));
}

function isGlobal(node: ts.Node): boolean {
  return ts.isModuleDeclaration(node) && (node.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}
