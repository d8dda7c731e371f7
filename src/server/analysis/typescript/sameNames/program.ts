import path from "node:path/posix";
import type { View } from "../engine.ts";
import { isScriptName } from "../scriptFiles.ts";
import { keyOf, ts } from "../ts.ts";
import { namesOf } from "./statements.ts";
import type { BothFiles, Pairing } from "./statements.ts";

/** Whether two programs have the same files but for those that change, and their global declarations in the same order. */
export function isSameProgram(base: ts.Program, fork: ts.Program, changed: ReadonlySet<string>): boolean {
  const list = (program: ts.Program) => program.getSourceFiles().map(({ fileName }) => keyOf(fileName));
  const [files, filesAfter] = [new Set(list(base)), new Set(list(fork))];
  if ([...files].some((file) => !filesAfter.has(file))) return false;
  if ([...filesAfter].some((file) => !files.has(file) && !changed.has(file))) return false;
  const [merged, mergedAfter] = [mergedGlobals(base), mergedGlobals(fork)];
  return [...merged].every(([name, declaring]) => {
    const declaringNow = mergedAfter.get(name) ?? [];
    return declaring.every((file, index) => declaringNow[index] === file);
  });
}

/** The files that declare a global name which can have overloads, in order, of those names that several files declare. */
function mergedGlobals(program: ts.Program): ReadonlyMap<string, readonly string[]> {
  const declaring = new Map<string, string[]>();
  for (const file of program.getSourceFiles()) {
    for (const name of globalNames(file)) {
      const known = declaring.get(name);
      if (known) known.push(file.fileName);
      else declaring.set(name, [file.fileName]);
    }
  }
  return new Map([...declaring].filter(([, files]) => files.length > 1));
}

/** Global names that a file declares; a file of the base is in the copy too, so they are found once. */
function globalNames(file: ts.SourceFile): ReadonlySet<string> {
  const known = namesOfFile.get(file);
  if (known) return known;
  const names = new Set<string>();
  const isModule = ts.isExternalModule(file);
  for (const statement of file.statements) {
    const isAmbient = ts.isModuleDeclaration(statement) && isOpen(statement);
    const block = isAmbient && statement.body && ts.isModuleBlock(statement.body) ? statement.body.statements : [];
    for (const open of isModule || isAmbient ? block : [statement]) {
      if (hasOrder(open)) for (const name of namesOf(open)) names.add(name);
    }
  }
  namesOfFile.set(file, names);
  return names;
}

/** Whether a declaration can have overloads, of which that of the later file comes first. */
function hasOrder(statement: ts.Statement): boolean {
  if (!ts.isInterfaceDeclaration(statement))
    return ts.isModuleDeclaration(statement) || ts.isFunctionDeclaration(statement);
  return statement.members.some((member) => !ts.isPropertySignature(member));
}

const namesOfFile = new WeakMap<ts.SourceFile, ReadonlySet<string>>();

/** `declare module "…"` and `declare global`. */
function isOpen({ name, flags }: ts.ModuleDeclaration): boolean {
  return ts.isStringLiteral(name) || (flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

/** A TypeScript module that says to the compiler, besides its code, what it said before. */
export function isPlainModule({ before, after }: BothFiles): boolean {
  if (!isPlainFile(after)) return false;
  return before === undefined
    ? referencesOf(after).length === 0
    : isPlainFile(before) && haveSameReferences(before, after);
}

function isPlainFile(file: ts.SourceFile): boolean {
  if (file.isDeclarationFile || isScriptName(file.fileName) || !ts.isExternalModule(file)) return false;
  return !file.text.includes("@jsx") && !file.text.includes("@ts-nocheck");
}

function haveSameReferences(before: ts.SourceFile, after: ts.SourceFile): boolean {
  return referencesOf(before).join("\n") === referencesOf(after).join("\n");
}

/** `/// <reference …>` */
function referencesOf({ referencedFiles, typeReferenceDirectives, libReferenceDirectives }: ts.SourceFile): string[] {
  return [referencedFiles, typeReferenceDirectives, libReferenceDirectives].flatMap((list, kind) =>
    list.map(({ fileName }) => `${kind} ${fileName}`),
  );
}

/** Whether code means the same in each of the files that lose or get some. */
export function areAlike(view: View, base: ts.Program, { pairs, rewritten }: Pairing): boolean {
  if (pairs.some(({ before, isMoved }) => isMoved && ts.isModuleDeclaration(before) && isOpen(before))) return false;
  const formats = new Set(rewritten.map(({ after }) => after.impliedNodeFormat));
  const variants = new Set(rewritten.map(({ after }) => after.languageVariant));
  if (formats.size > 1 || variants.size > 1) return false;
  const { declaration, composite } = base.getCompilerOptions();
  if (declaration !== true && composite !== true) return true;
  return new Set(rewritten.map(({ after }) => packageOf(view, after.fileName))).size <= 1;
}

function packageOf(view: View, file: string): string | undefined {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (view.files.exists(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}
