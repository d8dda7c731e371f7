// Which of our own files import which, read by TypeScript; and what is wrong with that against the import table.
import { readFileSync, readdirSync, existsSync, statSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

interface Import {
  /** Relative to the root, with slashes. */
  readonly to: string;
  readonly typeOnly: boolean;
}
type ImportGraph = ReadonlyMap<string, readonly Import[]>;
type Edges = ReadonlyMap<string, readonly string[]>;

/** File → its imports of our own files, type-only ones included. Paths are relative to the root, with slashes. */
export function importGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = folders.flatMap((folder) => sourcesBelow(root, folder));
  return new Map(files.map((file) => [file, importsOf(root, file)]));
}

function sourcesBelow(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
    .filter((file) => /\.(ts|tsx|mts|mjs)$/.test(file) && !file.startsWith("test/fixtures/"))
    .filter((file) => statSync(path.join(root, file)).isFile());
}

function importsOf(root: string, file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (!node || !ts.isStringLiteral(node) || !node.text.startsWith(".")) return;
    found.push({ to: path.posix.join(path.posix.dirname(file), node.text), typeOnly });
  };
  const visit = (node: ts.Node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** One shortest cycle for each group of nodes that reach each other; `edges` maps a node to its targets. */
export function cycles(edges: Edges): string[][] {
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const start of edges.keys()) {
    if (seen.has(start)) continue;
    const cycle = shortestCycle(edges, start);
    if (!cycle) continue;
    cycle.forEach((node) => seen.add(node));
    found.push(cycle);
  }
  return found;
}

function shortestCycle(edges: Edges, start: string): string[] | undefined {
  const before = new Map<string, string>();
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

function pathTo(before: ReadonlyMap<string, string>, last: string): string[] {
  const nodes: string[] = [];
  for (let node: string | undefined = last; node !== undefined; node = before.get(node)) nodes.unshift(node);
  return nodes;
}

/** Permits of the table that no import needs. */
export function unusedPermits(
  graph: ImportGraph,
  layers: Readonly<Record<string, readonly string[]>>,
  layerOf: (file: string) => string | undefined,
): string[] {
  const needed = new Set<string>();
  for (const [file, imports] of graph) {
    const from = layerOf(file);
    for (const { to, typeOnly } of imports) {
      const target = layerOf(to);
      if (!from || !target || from === target) continue;
      const permits = layers[from] ?? [];
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
