import { EventEmitter } from "node:events";
import type { View } from "../engine.ts";
import { nameIndex, isGeneratedFile } from "../nameIndex.ts";
import { wordsOf } from "../renaming.ts";
import type { Located } from "../symbols.ts";
import { cancelCompiler, nodeAt, ts } from "../ts.ts";

export interface UntypedUses {
  /** Names after a dot whose object has no known type, so that nobody can say whether the member is meant. */
  readonly uses: readonly { readonly file: ts.SourceFile; readonly start: number }[];
  /** Whether they are the member: surely, as nothing else is called so; perhaps; hardly, as it is an export. */
  readonly are: "meant" | "perhaps meant" | "hardly meant";
}

/** Where JavaScript uses a member of the name on a value of unknown type, which no search by types finds. */
export function untypedUses(view: View, { file, position }: Located): UntypedUses {
  const member = nodeAt(file, position);
  const none = { uses: [], are: "hardly meant" } as const;
  if (!ts.isIdentifier(member) || !isScript(file) || !isMemberDeclared(member)) return none;
  const name = member.text;
  const uses = new Map<string, { file: ts.SourceFile; start: number }>();
  for (const project of view.projects) {
    const checker = project.program().getTypeChecker();
    for (const other of project.program().getSourceFiles()) {
      if (!view.isOwn(other.fileName) || !isScript(other) || !other.text.includes(name)) continue;
      if (isGeneratedFile(view, other.fileName)) continue;
      if (view.context.isCancelled()) cancelCompiler();
      for (const { index } of other.text.matchAll(wordsOf([name]))) {
        const node = nodeAt(other, index);
        if (ts.isIdentifier(node) && node.getStart(other) === index && isUntyped(checker, node)) {
          uses.set(`${other.fileName}:${index}`, { file: other, start: index });
        }
      }
    }
  }
  const called = nameIndex(view).named(name);
  const isOnly = new Set(called.filter(({ generated }) => !generated).map(({ label }) => label)).size === 1;
  const are = isOnly && !isBuiltIn(name) ? "meant" : isExport(member) ? "hardly meant" : "perhaps meant";
  return { uses: [...uses.values()], are };
}

function isScript({ fileName }: ts.SourceFile): boolean {
  return /\.(?:[cm]?js|jsx)$/i.test(fileName);
}

/** `X.name = …`, a method or property of a class or of an object. */
function isMemberDeclared({ parent }: ts.Identifier): boolean {
  if (ts.isPropertyAccessExpression(parent)) return true;
  return ts.isObjectLiteralElementLike(parent) || ts.isClassElement(parent);
}

/** `exports.name`: a module is seldom a value of unknown type. */
function isExport({ parent }: ts.Identifier): boolean {
  return ts.isPropertyAccessExpression(parent) && /^(?:module\.)?exports$/.test(parent.expression.getText());
}

/** Whether the object has no known type, or one that has whatever name is asked for: `[name: string]: any`. */
function isUntyped(checker: ts.TypeChecker, node: ts.Identifier): boolean {
  const { parent } = node;
  if (!ts.isPropertyAccessExpression(parent) || parent.name !== node) return false;
  const type = checker.getTypeAtLocation(parent.expression);
  if (type.getStringIndexType() && !type.getProperty(node.text)) return true;
  return (type.flags & ts.TypeFlags.Any) !== 0 && !checker.getSymbolAtLocation(node);
}

/** What their prototypes have: of `Object.is` and its like everybody knows what is meant. */
const builtIns: readonly object[] = [
  Object,
  Function,
  Array,
  String,
  Number,
  RegExp,
  Date,
  Promise,
  Map,
  Set,
  Error,
  Uint8Array,
  EventEmitter,
].map((one) => one.prototype as object);

function isBuiltIn(name: string): boolean {
  return builtIns.some((one) => name in one);
}
