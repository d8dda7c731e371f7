import { addStructure, cognitiveOf, newUnit } from "./cognitive.ts";
import type { Unit } from "./cognitive.ts";
import type { FunctionFacts } from "./facts.ts";
import { childOf } from "./treeSitter.ts";
import type { SyntaxNode } from "./treeSitter.ts";

interface At {
  readonly unit: Unit;
  /** The name path of what is around. */
  readonly path: string;
  readonly isClass: boolean;
  readonly level: number;
  readonly depth: number;
}

const blocks = new Set([
  "if_statement",
  "for_statement",
  "while_statement",
  "try_statement",
  "with_statement",
  "match_statement",
]);
const structures = new Set([
  "for_statement",
  "while_statement",
  "except_clause",
  "conditional_expression",
  "match_statement",
]);

/**
 * Measures every function of a Python file. The cyclomatic number is radon's, except that a nested function counts for
 * itself only and not for the one around it.
 */
export function measurePython(root: SyntaxNode, textOf: (node: SyntaxNode) => string): FunctionFacts[] {
  const found: { node: SyntaxNode; unit: Unit; name: string; isMethod: boolean }[] = [];
  const recursive = new Set<Unit>();

  function visit(node: SyntaxNode, at: At): void {
    const { unit } = at;
    unit.cyclomatic += pathsOf(node);
    if (node.type === "function_definition") return enter(node, at);
    if (node.type === "class_definition") {
      const path = join(at.path, nameOf(node));
      return each(node, { unit: newUnit(), path, isClass: true, level: 0, depth: 0 });
    }
    // radon looks at nothing inside an assertion.
    if (node.type === "assert_statement") return;
    if (node.type === "lambda") return each(node, { ...at, level: at.level + 1 });
    if (node.type === "call") countRecursion(node, at);
    if (node.type === "boolean_operator") countSequence(node, unit);
    if (node.type === "if_statement") return visitIf(node, at);
    const isBlock = blocks.has(node.type);
    const breaks = structures.has(node.type);
    if (breaks) addStructure(unit, at.level);
    const inner: At = { ...at, level: at.level + (breaks ? 1 : 0), depth: at.depth + (isBlock ? 1 : 0) };
    unit.depth = Math.max(unit.depth, inner.depth);
    for (const child of node.children) {
      if (child.type === "else_clause" && node.type !== "try_statement") unit.cost += 1;
      const isBody =
        child.field === "body" ||
        child.field === "alternative" ||
        child.type.endsWith("_clause") ||
        child.type === "block";
      visit(child, isBody || node.type === "conditional_expression" ? inner : at);
    }
  }

  function visitIf(node: SyntaxNode, at: At): void {
    addStructure(at.unit, at.level);
    const inner: At = { ...at, level: at.level + 1, depth: at.depth + 1 };
    at.unit.depth = Math.max(at.unit.depth, inner.depth);
    for (const child of node.children) {
      if (child.type === "elif_clause" || child.type === "else_clause") {
        at.unit.cost += 1;
        at.unit.cyclomatic += child.type === "elif_clause" ? 1 : 0;
        for (const part of child.children) visit(part, part.field === "condition" ? at : inner);
      } else visit(child, child.field === "condition" ? at : inner);
    }
  }

  function enter(node: SyntaxNode, at: At): void {
    const unit = newUnit();
    const name = join(at.path, nameOf(node));
    found.push({ node, unit, name, isMethod: at.isClass });
    at.unit.nested.push({ unit, level: at.level });
    for (const child of node.children) {
      if (child.field === "body") visit(child, { unit, path: name, isClass: false, level: 0, depth: 0 });
    }
  }

  function countRecursion(node: SyntaxNode, { unit, path }: At): void {
    const called = textOf(childOf(node, "function") ?? node).replace(/^(?:self|cls)\./, "");
    if (called === "" || recursive.has(unit) || path.split("/").at(-1) !== called) return;
    recursive.add(unit);
    unit.cost += 1;
  }

  function countSequence(node: SyntaxNode, unit: Unit): void {
    const operator = operatorOf(node);
    // The left side of a longer run is the same run; a run counts where it begins.
    const left = childOf(node, "left");
    if (left?.type !== "boolean_operator" || operatorOf(left) !== operator) unit.cost += 1;
  }

  function operatorOf(node: SyntaxNode): string {
    const operator = childOf(node, "operator");
    return operator ? textOf(operator) : "";
  }

  function nameOf(node: SyntaxNode): string {
    const name = childOf(node, "name");
    return name ? textOf(name) : "";
  }

  function each(node: SyntaxNode, at: At): void {
    for (const child of node.children) visit(child, at);
  }

  visit(root, { unit: newUnit(), path: "", isClass: false, level: 0, depth: 0 });
  return found.map(({ node, unit, name, isMethod }) => ({
    name,
    kind: isMethod ? "method" : "function",
    line: node.line,
    endLine: node.endLine,
    end: node.end,
    cyclomatic: unit.cyclomatic,
    cognitive: cognitiveOf(unit),
    nesting: unit.depth,
    parameters: parametersOf(node, isMethod, textOf),
  }));
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

/** What radon counts at this node; elif is counted with its if. */
function pathsOf(node: SyntaxNode): number {
  const has = (type: string) => (node.children.some((child) => child.type === type) ? 1 : 0);
  switch (node.type) {
    case "if_statement":
    case "conditional_expression":
    case "boolean_operator":
    case "assert_statement":
    case "for_in_clause":
    case "except_clause":
    case "except_group_clause":
      return 1;
    case "for_statement":
    case "while_statement":
      return 1 + has("else_clause");
    case "try_statement":
      return has("else_clause");
    case "list_comprehension":
    case "set_comprehension":
    case "dictionary_comprehension":
    case "generator_expression":
      return node.children.filter(({ type }) => type === "if_clause").length;
    case "match_statement":
      return casesOf(node);
    default:
      return 0;
  }
}

/** A case that takes everything, `_` or a name, is the way on and no decision. */
function casesOf(node: SyntaxNode): number {
  const cases = (childOf(node, "body")?.children ?? []).filter(({ type }) => type === "case_clause");
  const takesAll = cases.some(({ children }) => {
    const patterns = children.filter(({ type }) => type === "case_pattern");
    const [inner] = patterns[0]?.children ?? [];
    return patterns.length === 1 && (!inner || (inner.type === "dotted_name" && inner.children.length === 1));
  });
  return cases.length - (takesAll ? 1 : 0);
}

function parametersOf(node: SyntaxNode, isMethod: boolean, textOf: (node: SyntaxNode) => string): number {
  const all = (childOf(node, "parameters")?.children ?? []).filter(
    ({ type }) => type !== "comment" && type !== "keyword_separator" && type !== "positional_separator",
  );
  const [first] = all;
  const bound = isMethod && first !== undefined && /^(?:self|cls|mcs)\b/.test(textOf(first));
  return all.length - (bound ? 1 : 0);
}
