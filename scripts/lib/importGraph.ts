// Which of our own files import which, read by TypeScript; and what is wrong with that against the import table.
import { readFileSync, readdirSync, existsSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** File → its imports of our own files, type-only ones included. Paths are relative to the root, with slashes. */
export function importGraph(root, folders) {
  const files = folders.flatMap((folder) => sourcesBelow(root, folder));
  return new Map(files.map((file) => [file, importsOf(root, file)]));
}

function sourcesBelow(root, folder) {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
    .filter((file) => /\.(ts|tsx|mts|mjs)$/.test(file) && !file.startsWith("test/fixtures/"))
    .filter((file) => statSync(path.join(root, file)).isFile());
}

function importsOf(root, file) {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, typeOnly) => {
    if (!node || !ts.isStringLiteral(node) || !node.text.startsWith(".")) return;
    found.push({ to: path.posix.join(path.posix.dirname(file), node.text), typeOnly });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** One shortest cycle for each group of nodes that reach each other; `edges` maps a node to its targets. */
export function cycles(edges) {
  const seen = new Set();
  const found = [];
  for (const start of edges.keys()) {
    if (seen.has(start)) continue;
    const cycle = shortestCycle(edges, start);
    if (!cycle) continue;
    cycle.forEach((node) => seen.add(node));
    found.push(cycle);
  }
  return found;
}

function shortestCycle(edges, start) {
  const before = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const next of edges.get(node) ?? []) {
      if (next === start) return [...pathTo(before, node), start];
      if (before.has(next)) continue;
      before.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(before, last) {
  const nodes = [];
  for (let node = last; node !== undefined; node = before.get(node)) nodes.unshift(node);
  return nodes;
}

/** Permits of the table that no import needs. */
export function unusedPermits(graph, layers, layerOf) {
  const needed = new Set();
  for (const [file, imports] of graph) {
    const from = layerOf(file);
    for (const { to, typeOnly } of imports) {
      const target = layerOf(to);
      if (!from || !target || from === target) continue;
      const permits = layers[from];
      needed.add(`${from} ${typeOnly && !permits.includes(target) ? "types:" : ""}${target}`);
      if (!typeOnly) needed.add(`value ${from} ${target}`);
    }
  }
  return Object.entries(layers).flatMap(([from, permits]) =>
    permits.flatMap((to) => {
      if (!needed.has(`${from} ${to}`)) return [`${from} → ${to}: no import needs it, remove it`];
      if (!to.startsWith("types:") && !needed.has(`value ${from} ${to}`))
        return [`${from} → ${to}: only types are imported, write types:${to}`];
      return [];
    }),
  );
}
