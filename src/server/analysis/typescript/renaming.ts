import type { FileChange, TextEdit } from "../../workspace/edits/changes.ts";
import type { View } from "./engine.ts";
import { compilerName } from "./scriptFiles.ts";
import { isTypeScriptOrJavaScript, keyOf, slashed, ts } from "./ts.ts";

/** Changes that only replace one name by another. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
  /** Edits by the key of their file, in order. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
}

/** The rename that the changes are, if they are nothing else. */
export function renamingOf(view: View, changes: readonly FileChange[]): Renaming | undefined {
  const edits = new Map<string, readonly TextEdit[]>();
  const old = new Set<string>();
  for (const change of changes) {
    // A configuration has no names, and says how all others are read.
    const path = compilerName(slashed(change.path));
    if (change.kind !== "edit" || !isTypeScriptOrJavaScript(path)) return undefined;
    const text = view.files.text(path) ?? "";
    for (const { start, end } of change.edits) old.add(text.slice(start, end));
    edits.set(
      keyOf(path),
      change.edits.toSorted((a, b) => a.start - b.start),
    );
  }
  const [from, ...others] = old;
  if (from === undefined || others.length > 0 || !isName(from)) return undefined;
  const all = [...edits.values()].flat();
  const to = all.find(({ newText }) => isName(newText))?.newText;
  if (to === undefined || to === from) return undefined;
  const texts = new Set([to, `${from}: ${to}`, `${to}: ${from}`]);
  return all.every(({ newText }) => texts.has(newText)) ? { from, to, edits } : undefined;
}

/** Names as whole words. */
export function wordsOf(names: readonly string[]): RegExp {
  const words = names.map((name) => name.replaceAll("$", String.raw`\$`)).join("|");
  return new RegExp(String.raw`(?<![\w$])(?:${words})(?![\w$])`, "g");
}

/** An identifier that no grammar treats as anything else. */
function isName(text: string): boolean {
  const scanner = ts.createScanner(ts.ScriptTarget.ESNext, false, ts.LanguageVariant.Standard, text);
  return scanner.scan() === ts.SyntaxKind.Identifier && scanner.getTokenEnd() === text.length && text !== "";
}

/** Where a variable's name stands in the text of an edit, which can be a property with its value. */
export function variableIn(newText: string): number {
  return newText.lastIndexOf(" ") + 1;
}

/** Where an offset of the text before is after the edits. */
export function offsetAfter(edits: readonly TextEdit[], offset: number): number {
  let shift = 0;
  for (const { start, end, newText } of edits) {
    if (start >= offset) break;
    shift += newText.length - (end - start);
  }
  return offset + shift;
}

/**
 * Names that the compiler looks up, refuses or compiles by their spelling: the factories of JSX, and what generated code
 * uses. A leading underscore switches the checks for unused names off.
 */
export function isSpecial(
  name: string,
  { jsxFactory, jsxFragmentFactory, reactNamespace }: ts.CompilerOptions,
): boolean {
  const factories = [jsxFactory, jsxFragmentFactory, reactNamespace, "React"].map((one) => one?.split(".")[0]);
  return name.startsWith("_") || special.has(name) || factories.includes(name);
}

const special = new Set("arguments eval exports require module JSX Promise Object Reflect WeakMap WeakSet".split(" "));
