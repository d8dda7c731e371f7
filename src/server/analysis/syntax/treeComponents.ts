import { oneLine } from "./signatures.ts";
import type { Component, ComponentKind } from "./components.ts";
import { isExportedIn, isTestIn, nameOf, ownerOf, rules } from "./treeRules.ts";
import { childOf, parseTree } from "./treeSitter.ts";
import type { Grammar, SyntaxNode } from "./treeSitter.ts";

/** Declarations of a file by its grammar: types, functions and methods; Python's routes, tests and variables too. */
export async function treeComponents(grammar: Grammar, file: string, text: string): Promise<Component[]> {
  const root = await parseTree(grammar, text);
  const found: Component[] = [];
  const textOf = (node: SyntaxNode) => text.slice(node.start, node.end);

  interface Position {
    readonly prefix: string;
    readonly inType: boolean;
    /** Text of decorators or attributes before the node. */
    readonly before: string;
  }

  function add(node: SyntaxNode, facts: Pick<Component, "name" | "kind" | "exported"> & { head: string }): void {
    const { head, ...rest } = facts;
    found.push({ ...rest, line: node.line, endLine: node.endLine, signature: oneLine(head) });
  }

  function visit(node: SyntaxNode, location: Position): void {
    const rule = rules[grammar][node.type];
    const own = rule && (grammar !== "cpp" || isDefinition(node)) ? nameOf(node, textOf) : undefined;
    if (!rule || own === undefined) {
      if (grammar === "python" && location.prefix === "" && node.type === "assignment") variable(node);
      const owner = ownerOf(node, textOf);
      const inner =
        owner === undefined ? location : { ...location, prefix: `${location.prefix}${owner}/`, inType: true };
      return children(node, { ...inner, before: "" });
    }
    const owner = ownerOf(node, textOf);
    const name = `${location.prefix}${owner === undefined ? "" : `${owner}/`}${own}`;
    const body =
      childOf(node, "body") ??
      node.children.find(({ type }) => /^(?:block|body_statement|declaration_list)$/.test(type));
    const head = text.slice(node.start, body?.start ?? node.end).replace(/[\s{:;]+$/, "");
    const before = location.before + head;
    const kind = kindOf(rule.kind, { node, inType: location.inType, test: isTestIn(grammar, { file, name, before }) });
    const exported = isExportedIn(grammar, node, { name, head });
    if (kind !== "variable" || exported) add(node, { name, kind, exported, head });
    for (const route of routesIn(location.before)) add(node, { name: route, kind: "route", exported: false, head });
    if (rule.isContainer) children(node, { prefix: `${name}/`, inType: rule.kind !== "namespace", before: "" });
  }

  /** Decorators and attributes stand before what they are about. */
  function children(node: SyntaxNode, location: Position): void {
    let before = "";
    for (const child of node.children) {
      if (child.type === "decorator" || child.type === "attribute_item") {
        before += `${textOf(child)}\n`;
        continue;
      }
      visit(child, { ...location, before });
      before = "";
    }
  }

  function variable(node: SyntaxNode): void {
    const left = childOf(node, "left");
    if (left?.type !== "identifier" || textOf(left).startsWith("_")) return;
    add(node, { name: textOf(left), kind: "variable", exported: true, head: textOf(node) });
  }

  function kindOf(kind: ComponentKind, { node, inType, test }: { node: SyntaxNode; inType: boolean; test: boolean }) {
    if (test) return "test";
    if (kind === "function" && inType) return "method";
    const shape = node.type === "type_spec" ? childOf(node, "type")?.type : undefined;
    if (shape === "struct_type") return "class";
    return shape === "interface_type" ? "interface" : kind;
  }

  children(root, { prefix: "", inType: false, before: "" });
  return found;
}

/** A class that is only named, such as in `struct tm *now`, declares nothing. */
function isDefinition(node: SyntaxNode): boolean {
  return !node.type.endsWith("_specifier") || childOf(node, "body") !== undefined;
}

/** FastAPI: `@app.get("/x")`; Flask: `@app.route("/x", methods=["GET", "POST"])`. */
function routesIn(decorators: string): string[] {
  const routes: string[] = [];
  for (const match of decorators.matchAll(
    /@[\w.]+\.(get|post|put|patch|delete|head|options|websocket|route)\(\s*[rf]?(["'])(.*?)\2([^\n]*)/g,
  )) {
    const [, verb = "", , path = "", rest = ""] = match;
    const methods =
      verb === "route"
        ? [...(/methods\s*=\s*[[(]([^\])]*)/.exec(rest)?.[1] ?? "'GET'").matchAll(/\w+/g)].map(String)
        : [verb];
    routes.push(...methods.map((method) => `${method.toUpperCase()} ${path}`));
  }
  return routes;
}
