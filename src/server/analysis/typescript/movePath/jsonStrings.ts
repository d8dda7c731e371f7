import { ts } from "../ts.ts";

/** A string in a JSON file. */
export interface JsonString {
  /** The keys above it; an item of a list has none of its own. */
  readonly keys: readonly string[];
  readonly text: string;
  /** Of the text without its quotes. */
  readonly range: ts.TextRange;
  readonly isKey: boolean;
}

/** Every string of a JSON file, comments allowed, keys of objects too. */
export function jsonStrings(text: string): JsonString[] {
  const file = ts.parseJsonText("/file.json", text);
  const found: JsonString[] = [];
  const add = (node: ts.StringLiteral, keys: readonly string[], isKey: boolean) =>
    found.push({ keys, text: node.text, range: { pos: node.getStart(file) + 1, end: node.end - 1 }, isKey });
  const visit = (node: ts.Node, keys: readonly string[]): void => {
    if (ts.isStringLiteral(node)) add(node, keys, false);
    else if (ts.isArrayLiteralExpression(node)) for (const item of node.elements) visit(item, keys);
    else if (ts.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (!ts.isPropertyAssignment(property) || !ts.isStringLiteral(property.name)) continue;
        add(property.name, keys, true);
        visit(property.initializer, [...keys, property.name.text]);
      }
    }
  };
  const [statement] = file.statements;
  if (statement) visit(statement.expression, []);
  return found;
}
