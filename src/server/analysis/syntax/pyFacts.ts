import type { CodeFacts, UnsafeType, ImportFacts, SyntaxProblem } from "./facts.ts";
import { measurePython } from "./pyFunctions.ts";
import { tokensOf } from "./tokens.ts";
import { childOf, childrenOf, parseTree } from "./treeSitter.ts";
import type { SyntaxNode } from "./treeSitter.ts";

/** All facts of a Python file. */
export async function pythonFacts(text: string): Promise<CodeFacts> {
  const root = await parseTree("python", text);
  const imports: ImportFacts[] = [];
  const unsafeTypes: UnsafeType[] = [];
  const problems: SyntaxProblem[] = [];
  const statements: (readonly [number, number])[] = [];
  const textOf = (node: SyntaxNode) => text.slice(node.start, node.end);

  function visit(node: SyntaxNode, when: ImportFacts["when"], inType: boolean): void {
    if (node.type === "import_statement" || node.type === "import_from_statement") {
      statements.push([node.start, node.end]);
      imports.push(...importsOf(node, textOf).map((one) => ({ ...one, when })));
      return;
    }
    if (node.type === "ERROR" || node.type === "MISSING") {
      problems.push({ line: node.line, message: `Python's grammar does not allow this: ${textOf(node).slice(0, 40)}` });
    }
    if (node.type === "comment" && /#\s*type:\s*ignore/.test(textOf(node)))
      unsafeTypes.push({ kind: "ignored error", line: node.line });
    if (inType && node.type === "identifier" && textOf(node) === "Any")
      unsafeTypes.push({ kind: "any", line: node.line });
    if (node.type === "call" && isCast(node, textOf)) unsafeTypes.push({ kind: "assertion", line: node.line });
    const inside = node.type === "function_definition" || node.type === "lambda" ? later(when) : when;
    const guarded = node.type === "if_statement" && /\bTYPE_CHECKING$/.test(textOf(childOf(node, "condition") ?? node));
    for (const child of node.children) {
      const types = guarded && child.field === "consequence" ? "types" : inside;
      visit(child, types, inType || node.type === "type");
    }
  }

  visit(root, "load", false);
  return {
    functions: measurePython(root, textOf),
    imports,
    exports: [],
    reexports: [],
    unsafeTypes: unsafeTypes.sort((a, b) => a.line - b.line),
    tokens: tokensOf(text, { hashComments: true, skip: statements }),
    problems,
  };
}

function later(when: ImportFacts["when"]): ImportFacts["when"] {
  return when === "types" ? when : "later";
}

type Named = Omit<ImportFacts, "when">;

function importsOf(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Named[] {
  const { line } = node;
  const names = childrenOf(node, "name").map((name) => {
    const plain = name.type === "aliased_import" ? (childOf(name, "name") ?? name) : name;
    return textOf(plain).replace(/\s/g, "");
  });
  const module = childOf(node, "module_name");
  if (!module) return names.map((specifier) => ({ specifier, line, names: "*" }));
  const isWildcard = node.children.some(({ type }) => type === "wildcard_import");
  return [{ specifier: textOf(module).replace(/\s/g, ""), line, names: isWildcard ? "*" : names }];
}

function isCast(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  const called = childOf(node, "function");
  return called !== undefined && /^(?:typing\.)?cast$/.test(textOf(called));
}
