import type { DocumentedTag } from "../answers.ts";
import { ts } from "../ts.ts";

/** The comment of a declaration, as its author wrote it. */
export interface Comment {
  readonly doc?: string;
  readonly tags?: readonly DocumentedTag[];
}

/** The comments of declarations, inherited ones too where a symbol has no others. */
export function commentOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  declarations: readonly ts.Declaration[] = symbol.declarations ?? [],
): Comment {
  const isWhole = declarations.length === (symbol.declarations ?? []).length;
  const docs = declarations.flatMap((each) => docsOf(each));
  const own = docs.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "").filter((text) => text.trim() !== "");
  // The compiler follows a member to the type that it comes from.
  const doc =
    own.length === 0 && isWhole ? ts.displayPartsToString(symbol.getDocumentationComment(checker)) : joined(own);
  const ownTags = docs.flatMap(({ tags = [] }) => [...tags].flatMap((tag) => tagOf(tag)));
  const tags = ownTags.length === 0 && isWhole ? symbol.getJsDocTags(checker).map(tagOfInfo) : ownTags;
  const distinct = [...new Map(tags.map((tag) => [JSON.stringify(tag), tag])).values()];
  return { ...(doc.trim() !== "" && { doc: doc.trim() }), ...(distinct.length > 0 && { tags: distinct }) };
}

/** The compiler gives a name of `export const { name } = …` no comment: it has its own, or that of the whole statement. */
function docsOf(declaration: ts.Declaration): readonly ts.JSDoc[] {
  const isDestructured =
    ts.isBindingElement(declaration) && !ts.isParameter(ts.walkUpBindingElementsAndPatterns(declaration));
  if (!isDestructured) return ts.getJSDocCommentsAndTags(declaration).filter((each) => ts.isJSDoc(each));
  const own = docsBefore(declaration);
  if (own.length > 0) return own;
  return docsOf(ts.walkUpBindingElementsAndPatterns(declaration));
}

/** What the compiler would read in front of a declaration that it knows comments of. */
function docsBefore(node: ts.Node): readonly ts.JSDoc[] {
  const { text } = node.getSourceFile();
  const above = ts.getLeadingCommentRanges(text, node.pos) ?? [];
  // A comment at the end of a line is about what stands in front of it.
  const beside = (ts.getTrailingCommentRanges(text, node.pos) ?? []).filter(
    ({ end }) => !text.slice(end, node.getStart()).includes("\n"),
  );
  const last = [...beside, ...above].filter(({ pos }) => text.startsWith("/**", pos)).at(-1);
  if (!last) return [];
  const read = ts.createSourceFile(
    "comment.ts",
    `${text.slice(last.pos, last.end)}\nlet name;`,
    ts.ScriptTarget.ESNext,
    true,
  );
  return read.statements.flatMap((each) => ts.getJSDocCommentsAndTags(each)).filter((each) => ts.isJSDoc(each));
}

/** Comments of overloads are often the same. */
function joined(texts: readonly string[]): string {
  return [...new Set(texts)].join("\n\n");
}

function tagOf(tag: ts.JSDocTag): DocumentedTag[] {
  const name = tag.tagName.text;
  const text = (ts.getTextOfJSDocComment(tag.comment) ?? "").replace(/^\s*- /, "").trim();
  if (ts.isJSDocTemplateTag(tag)) {
    return tag.typeParameters.map(({ name: of }) => ({ name: "typeParam", of: of.text, text }));
  }
  if (ts.isJSDocParameterTag(tag) || ts.isJSDocPropertyTag(tag)) return [{ name, of: tag.name.getText(), text }];
  if (name === "typeParam") {
    const [, of = "", rest = ""] = /^(\S+)(?:\s+-)?\s*([\s\S]*)$/.exec(text) ?? [];
    return [{ name, of, text: rest }];
  }
  if (ts.isJSDocThrowsTag(tag)) {
    return [{ name: "throws", text: [tag.typeExpression?.type.getText(), text].filter(Boolean).join(" ") }];
  }
  if (ts.isJSDocSeeTag(tag)) return [{ name, text: [tag.name?.getText(), text].filter(Boolean).join(" ") }];
  return [{ name, text }];
}

function tagOfInfo({ name, text }: ts.JSDocTagInfo): DocumentedTag {
  const of = text?.find(({ kind }) => kind === "parameterName" || kind === "typeParameterName")?.text;
  const rest = (text ?? []).filter(({ kind }) => of === undefined || kind !== "parameterName");
  return {
    name,
    ...(of !== undefined && { of }),
    text: ts
      .displayPartsToString(rest)
      .replace(/^\s*- /, "")
      .trim(),
  };
}

/** Whether an author wants something left out of what is published. */
export function isHiddenByComment({ tags = [] }: Comment): boolean {
  return tags.some(({ name }) => name === "hidden" || name === "ignore");
}

/** The comment at the top of a file that says what the file is for: one with `@module`, `@file` or `@packageDocumentation`. */
export function moduleComment(file: ts.SourceFile): string {
  const [first] = file.statements;
  const ranges = ts.getLeadingCommentRanges(file.text, first?.getFullStart() ?? 0) ?? [];
  for (const { pos, end } of ranges) {
    const text = file.text.slice(pos, end);
    if (!text.startsWith("/**") || !/@(module|file|fileoverview|packageDocumentation)\b/.test(text)) continue;
    return text
      .slice(3, -2)
      .split("\n")
      .map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())
      .filter((line) => !/^@(module|packageDocumentation)\b/.test(line))
      .map((line) => line.replace(/^@(file|fileoverview)\s*/, ""))
      .join("\n")
      .trim();
  }
  return "";
}
