import { ts } from "ts-morph";
import { oneLine } from "./signatures.ts";
import type { Component } from "./components.ts";
import { lineAt } from "./tsParse.ts";

const verbs = new Set(["get", "post", "put", "patch", "delete", "head", "options", "all"]);
/** Receivers whose `get("/x", …)` asks a server instead of being one. */
const clients =
  /(?:^|\.)(?:axios|http|https|client|request|agent|api|fetcher|superagent|ky|got|page|nock|cache|map|params|headers)$/i;

/** Routes of Express, Fastify, Koa, Hono and the like by their calls, of Nest by its decorators. */
export function routesOf(source: ts.SourceFile): Component[] {
  const found: Component[] = [];
  const add = (node: ts.Node, name: string, signature: string) => {
    const [line, endLine] = [lineAt(source, node.getStart(source)), lineAt(source, node.end)];
    found.push({ name, kind: "route", line, endLine, signature: oneLine(signature), exported: false });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      for (const name of calledRoutes(node, source)) add(node, name, headOfCall(node, source));
    }
    if (ts.isMethodDeclaration(node) && ts.isClassDeclaration(node.parent)) {
      const base = decoratorPath(node.parent, /^Controller$/);
      const own = decoratorPath(node, /^(?:Get|Post|Put|Patch|Delete|Head|Options|All)$/);
      if (base && own) {
        const path = `/${[base.path, own.path]
          .map((part) => part.replace(/^\/|\/$/g, ""))
          .filter(Boolean)
          .join("/")}`;
        add(node, `${own.name.toUpperCase()} ${path}`, `@${own.name}() ${node.name.getText(source)}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  if (/\.(?:get|post|put|patch|delete|head|options|all|route)\s*[(<]|@Controller\b/.test(source.text)) visit(source);
  return found;
}

function calledRoutes(node: ts.CallExpression, source: ts.SourceFile): string[] {
  const { expression: callee, arguments: args } = node;
  if (!ts.isPropertyAccessExpression(callee) || clients.test(callee.expression.getText(source))) return [];
  const verb = callee.name.text;
  const [first, second] = args;
  if (verb === "route" && first && ts.isObjectLiteralExpression(first)) return routeObject(first);
  if (!verbs.has(verb) || !first || !ts.isStringLiteralLike(first) || !/^[/*]/.test(first.text)) return [];
  const handlers = args.slice(1);
  const handles = handlers.some(
    (one) =>
      ts.isFunctionLike(one) || ts.isIdentifier(one) || ts.isPropertyAccessExpression(one) || ts.isCallExpression(one),
  );
  return second && handles ? [`${verb.toUpperCase()} ${first.text}`] : [];
}

/** fastify.route({ method, url }) */
function routeObject(node: ts.ObjectLiteralExpression): string[] {
  const valueOf = (name: string) =>
    node.properties.find(
      (one): one is ts.PropertyAssignment =>
        ts.isPropertyAssignment(one) && ts.isIdentifier(one.name) && one.name.text === name,
    )?.initializer;
  const method = valueOf("method");
  const url = valueOf("url") ?? valueOf("path");
  if (!method || !url || !ts.isStringLiteralLike(url)) return [];
  const methods = ts.isArrayLiteralExpression(method) ? [...method.elements] : [method];
  return methods.filter((one) => ts.isStringLiteralLike(one)).map((one) => `${one.text.toUpperCase()} ${url.text}`);
}

function decoratorPath(node: ts.ClassDeclaration | ts.MethodDeclaration, wanted: RegExp) {
  for (const { expression } of ts.getDecorators(node) ?? []) {
    const called = ts.isCallExpression(expression) ? expression.expression : expression;
    if (!ts.isIdentifier(called) || !wanted.test(called.text)) continue;
    const first = ts.isCallExpression(expression) ? expression.arguments[0] : undefined;
    return { name: called.text, path: first && ts.isStringLiteralLike(first) ? first.text : "" };
  }
  return undefined;
}

const testCalls =
  /^(?:describe|context|suite|it|test|specify)(?:\.(?:only|skip|todo|concurrent|sequential|failing|serial|parallel|each\b.*))*$/s;

/** Tests by the calls that mocha, jest, vitest, node:test and Playwright share, with the titles around them. */
export function testsOf(source: ts.SourceFile): Component[] {
  const found: Component[] = [];
  const visit = (node: ts.Node, titles: readonly string[]): void => {
    const title = ts.isCallExpression(node) ? testTitle(node, source) : undefined;
    if (title === undefined || !ts.isCallExpression(node))
      return ts.forEachChild(node, (child) => visit(child, titles));
    const inside = [...titles, title];
    const [line, endLine] = [lineAt(source, node.getStart(source)), lineAt(source, node.end)];
    const signature = headOfCall(node, source);
    found.push({ name: oneLine(inside.join(" > ")), kind: "test", line, endLine, signature, exported: false });
    for (const argument of node.arguments.slice(1)) visit(argument, inside);
  };
  if (/\b(?:describe|context|suite|it|test|specify)\b/.test(source.text)) visit(source, []);
  return found;
}

function testTitle(node: ts.CallExpression, source: ts.SourceFile): string | undefined {
  const [title, body] = node.arguments;
  if (!title || !body || !(ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) return undefined;
  if (!testCalls.test(node.expression.getText(source))) return undefined;
  return ts.isStringLiteralLike(title) ? title.text : title.getText(source).slice(1, -1);
}

/** The call up to its first argument. */
function headOfCall(node: ts.CallExpression, source: ts.SourceFile): string {
  const end = node.arguments[0]?.end ?? node.end;
  return oneLine(`${source.text.slice(node.getStart(source), end)}, …)`);
}
