import { ts } from "../ts.ts";
import { nodesIn } from "./identifiers.ts";

/** A comment gives a file a way of its own to compile JSX: it names a function such as h, or a package. */
const pragma = /@(jsx(?:Frag|ImportSource|Runtime)?)\s+([\w$./@-]+)/g;

/** Such comments in front of a file's code. */
export function jsxComments({ text }: ts.SourceFile): string[] {
  const comments = (ts.getLeadingCommentRanges(text, 0) ?? []).map(({ pos, end }) => text.slice(pos, end));
  return comments.filter((comment) => comment.startsWith("/*") && pragmasIn(comment).length > 0);
}

/** What they say, to be compared with what those of another file say. */
export function jsxSettings(file: ts.SourceFile): string {
  return jsxComments(file)
    .flatMap(pragmasIn)
    .map(([, name, value]) => `${name ?? ""} ${value ?? ""}`)
    .sort()
    .join();
}

function pragmasIn(comment: string): RegExpExecArray[] {
  return [...comment.matchAll(pragma)];
}

/**
 * The names that JSX in some code needs in scope without writing them, such as React, h or Fragment. None where the compiler
 * imports its functions itself.
 */
export function jsxFactories(
  file: ts.SourceFile,
  code: readonly ts.Node[],
  { jsx, jsxFactory, jsxFragmentFactory, reactNamespace }: ts.CompilerOptions,
): string[] {
  const given = new Map(
    jsxComments(file)
      .flatMap(pragmasIn)
      .map(([, name, value]) => [name, value]),
  );
  const imports = jsx === ts.JsxEmit.ReactJSX || jsx === ts.JsxEmit.ReactJSXDev;
  const isClassic = given.get("jsxRuntime") === "classic" || given.has("jsx");
  if (given.has("jsxImportSource") || (imports && !isClassic)) return [];
  const nodes = code.flatMap((at) => [...nodesIn(at)]);
  const hasFragment = nodes.some((node) => ts.isJsxFragment(node));
  if (!hasFragment && !nodes.some((node) => ts.isJsxOpeningLikeElement(node))) return [];
  const element = given.get("jsx") ?? jsxFactory ?? reactNamespace ?? "React";
  const fragment = hasFragment ? [given.get("jsxFrag") ?? jsxFragmentFactory ?? element] : [];
  return [...new Set([element, ...fragment].map((name) => name.split(".")[0] ?? name))];
}
