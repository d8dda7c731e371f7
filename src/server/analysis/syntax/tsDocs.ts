import { ts } from "ts-morph";
import { isJavaScript } from "./tsParse.ts";

/** A type that a comment declares: `@typedef {…} Name`, `@callback Name`. */
export interface DocType {
  readonly tag: ts.JSDocTypedefTag | ts.JSDocCallbackTag;
  readonly name: ts.Identifier;
}

/** The documentation comments that stand in front of the statements of a file, and behind the last one. */
export function docsOf(source: ts.SourceFile): ts.JSDoc[] {
  return [...source.statements, source.endOfFileToken].flatMap((node) =>
    "jsDoc" in node && Array.isArray(node.jsDoc) ? node.jsDoc.filter((one: ts.Node) => ts.isJSDoc(one)) : [],
  );
}

/** The types that the comments at the top of a JavaScript file declare; in TypeScript such a comment is only a comment. */
export function docTypesOf(source: ts.SourceFile): DocType[] {
  if (!isJavaScript(source.fileName)) return [];
  return docsOf(source)
    .flatMap(({ tags }) => tags ?? [])
    .flatMap((tag) => {
      if (!ts.isJSDocTypedefTag(tag) && !ts.isJSDocCallbackTag(tag)) return [];
      return tag.name ? [{ tag, name: tag.name }] : [];
    });
}

/** The first line of such a tag. */
export function docTypeHead(source: ts.SourceFile, { pos, end }: ts.TextRange): string {
  return source.text.slice(pos, end).split(/\s*\n/, 1)[0] ?? "";
}

/** The names that the `@property` lines of such a type give. */
export function docPropertiesOf({ tag }: DocType): ts.JSDocPropertyTag[] {
  const type = ts.isJSDocTypedefTag(tag) ? tag.typeExpression : undefined;
  return type && ts.isJSDocTypeLiteral(type) ? (type.jsDocPropertyTags ?? []).filter(ts.isJSDocPropertyTag) : [];
}
