import { unpackLinks } from "../syntax/facts.ts";
import type { ImportFacts } from "../syntax/facts.ts";
import { isGenerated } from "../../platform/fileKinds.ts";
import { packagesOf, pathMappingsOf } from "../files/manifests.ts";
import type { Manifest, PackageJson } from "../files/manifests.ts";
import type { Snapshot, SourceFile } from "../files/model.ts";
import { createPythonResolver } from "./resolvePython.ts";
import { createScriptResolver } from "./resolveScript.ts";
import type { ScriptResolver } from "./resolveScript.ts";

/** One file needs another. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly line: number;
  readonly when: ImportFacts["when"];
  readonly names: readonly string[] | "*";
}

/** `from` hands on a name of `to`. */
export interface Handover {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly original: string;
}

export interface Graph {
  readonly links: readonly Link[];
  readonly handovers: readonly Handover[];
  /** Imports that look like they name a file here and do not. */
  readonly unresolved: number;
  readonly packages: readonly Manifest<PackageJson>[];
  readonly scripts: ScriptResolver;
}

/** Who imports whom, in TypeScript, JavaScript and Python. */
export async function graphOf(snapshot: Snapshot): Promise<Graph> {
  const byPath = new Map(snapshot.files.map((file) => [file.path, file]));
  const generated = (path: string) => isGenerated(byPath.get(path)?.name ?? path);
  const files: ReadonlySet<string> = new Set(byPath.keys());
  const packages = await packagesOf(snapshot, (path) => !generated(path));
  const mappings = await pathMappingsOf(snapshot);
  const scripts = createScriptResolver({ files, packages, mappings, isGenerated: generated });
  const python = createPythonResolver(files);
  const links: Link[] = [];
  const handovers: Handover[] = [];
  let unresolved = 0;
  for (const { path: from, facts, language } of snapshot.files) {
    if (!facts) continue;
    const { imports, reexports } = unpackLinks(facts.links);
    for (const one of imports) {
      const targets = language === "Python" ? python.resolve(from, one) : scriptTargets(scripts, from, one);
      if (targets.length === 0 && one.specifier.startsWith(".")) unresolved++;
      // A declaration file is never loaded.
      const when = /\.d\.[cm]?ts$/.test(from) ? "types" : one.when;
      for (const { to, names } of targets) if (to !== from) links.push({ from, to, line: one.line, when, names });
    }
    for (const { name, original, specifier } of reexports) {
      const to = scripts.resolve(from, specifier);
      if (to !== undefined && to !== from) handovers.push({ from, to, name, original });
    }
  }
  return { links, handovers, unresolved, packages, scripts };
}

function scriptTargets(scripts: ScriptResolver, from: string, { specifier, names }: ImportFacts) {
  const to = scripts.resolve(from, specifier);
  return to === undefined ? [] : [{ to, names }];
}

export interface Cycle {
  /** How many files depend on each other. */
  readonly files: number;
  /** The smallest way round: each imports the next, the last imports the first. */
  readonly path: readonly string[];
  /** "load": the modules need each other while they load. "types": only types or later imports close the circle. */
  readonly kind: "load" | "types";
}

/** Sets of files that all depend on each other, those that matter at run time first. */
export function cyclesOf(links: readonly Link[]): Cycle[] {
  const found = (kind: Cycle["kind"], taken: readonly Link[]) => {
    const edges = adjacency(taken);
    return components(edges).map((files) => ({
      kind,
      members: files,
      files: files.length,
      path: smallest(files, edges),
    }));
  };
  const atLoad = found(
    "load",
    links.filter((link) => link.when === "load"),
  );
  const known = new Set(atLoad.map(({ members }) => [...members].sort().join("\n")));
  const overall = found("types", links).filter(({ members }) => !known.has([...members].sort().join("\n")));
  const order = (a: Cycle, b: Cycle) => b.files - a.files || ((a.path[0] ?? "") < (b.path[0] ?? "") ? -1 : 1);
  return [...atLoad.sort(order), ...overall.sort(order)].map(({ files, path, kind }) => ({ files, path, kind }));
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

function adjacency(links: readonly Link[]): Edges {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of links) {
    const targets = edges.get(from);
    if (targets) targets.add(to);
    else edges.set(from, new Set([to]));
  }
  return edges;
}

/** Strongly connected components of two files and more (Tarjan, without recursion: graphs are deep). */
function components(edges: Edges): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const found: string[][] = [];
  for (const start of edges.keys()) {
    if (index.has(start)) continue;
    const work = [open(start)];
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const { node, targets } = frame;
      const next = targets.next();
      if (!next.done) {
        const seen = index.get(next.value);
        if (seen === undefined) work.push(open(next.value));
        else if (onStack.has(next.value)) low.set(node, Math.min(low.get(node) ?? 0, seen));
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0));
      if (low.get(node) !== index.get(node)) continue;
      const members = stack.splice(stack.lastIndexOf(node));
      for (const member of members) onStack.delete(member);
      if (members.length > 1) found.push(members);
    }
  }
  return found;

  function open(node: string) {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    stack.push(node);
    onStack.add(node);
    return { node, targets: (edges.get(node) ?? new Set<string>()).values() };
  }
}

/** Where a search for the smallest cycle may begin: enough for one that is small, bounded for huge components. */
const maxStarts = 300;

function smallest(members: readonly string[], edges: Edges): string[] {
  const inside = new Set(members);
  let best: string[] | undefined;
  for (const start of [...members].sort().slice(0, maxStarts)) {
    const path = shortestRound({ start, inside, edges, longest: best?.length ?? Infinity });
    if (path && path.length < (best?.length ?? Infinity)) best = path;
    if (best?.length === 2) break;
  }
  return best ?? [...members];
}

interface Search {
  readonly start: string;
  readonly inside: ReadonlySet<string>;
  readonly edges: Edges;
  readonly longest: number;
}

function shortestRound({ start, inside, edges, longest }: Search): string[] | undefined {
  const before = new Map<string, string>();
  let level = [start];
  for (let length = 1; level.length > 0 && length < longest; length++) {
    const next: string[] = [];
    for (const node of level) {
      for (const target of edges.get(node) ?? []) {
        if (target === start) return trace(node, start, before);
        if (!inside.has(target) || before.has(target)) continue;
        before.set(target, node);
        next.push(target);
      }
    }
    level = next;
  }
  return undefined;
}

function trace(last: string, start: string, before: ReadonlyMap<string, string>): string[] {
  const path = [last];
  for (let at = last; at !== start;) {
    at = before.get(at) ?? start;
    path.unshift(at);
  }
  return path;
}

export interface ModuleFacts {
  /** The folder, "." for files at the top. */
  readonly path: string;
  readonly files: number;
  readonly lines: number;
  /** Imports of files in other modules. */
  readonly out: number;
  /** Imports from files in other modules. */
  readonly in: number;
  /** The modules that it imports most, the first first. */
  readonly uses?: readonly string[];
}

/** Folders that only contain others: their modules are one level deeper. */
const containers = new Set([
  "src",
  "lib",
  "libs",
  "source",
  "packages",
  "apps",
  "crates",
  "services",
  "modules",
  "python",
]);
const maxUses = 6;

function moduleNames(files: readonly SourceFile[], prefix: string, extra: number): Map<string, string> {
  const names = new Map<string, string>();
  for (const { path, name } of files) {
    // With several roots each begins with its own name.
    const base = prefix === "" ? path.slice(0, path.length - name.length) : prefix;
    const folders = path.slice(base.length).split("/").slice(0, -1);
    const depth = (folders[0] !== undefined && containers.has(folders[0]) ? 2 : 1) + extra;
    names.set(path, (base + folders.slice(0, depth).join("/")).replace(/\/$/, "") || ".");
  }
  return names;
}

/** Top folders below `prefix` with their sizes and the imports between them, largest first. */
export function modulesOf(files: readonly SourceFile[], links: readonly Link[], prefix: string): ModuleFacts[] {
  let names = moduleNames(files, prefix, 0);
  // A repository whose code is all below one folder has its modules further down.
  for (let extra = 1; extra <= 3 && new Set(names.values()).size === 1 && files.length > 1; extra++) {
    names = moduleNames(files, prefix, extra);
  }
  const moduleOf = (path: string) => names.get(path) ?? ".";
  const totals = new Map<
    string,
    { files: number; lines: number; out: number; in: number; uses: Map<string, number> }
  >();
  for (const file of files) {
    const name = moduleOf(file.path);
    const sum = totals.get(name) ?? { files: 0, lines: 0, out: 0, in: 0, uses: new Map<string, number>() };
    sum.files++;
    sum.lines += file.lines;
    totals.set(name, sum);
  }
  for (const { from, to } of links) {
    const [source, target] = [totals.get(moduleOf(from)), totals.get(moduleOf(to))];
    if (!source || !target || source === target) continue;
    source.out++;
    target.in++;
    source.uses.set(moduleOf(to), (source.uses.get(moduleOf(to)) ?? 0) + 1);
  }
  return [...totals]
    .map(([name, { uses, ...sum }]) => ({
      path: name,
      ...sum,
      ...(uses.size > 0 && {
        uses: [...uses]
          .sort((a, b) => b[1] - a[1])
          .slice(0, maxUses)
          .map(([used]) => used),
      }),
    }))
    .sort((a, b) => b.lines - a.lines || (a.path < b.path ? -1 : 1));
}
