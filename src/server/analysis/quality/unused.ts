import type { Graph } from "../repository/graph.ts";
import { isCalledByName, isTest } from "../../platform/fileKinds.ts";
import type { Snapshot, SourceFile } from "../files/model.ts";
import { unpackLinks } from "../syntax/facts.ts";
import type { KeptFacts } from "../syntax/facts.ts";

export interface UnusedExport {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** The name is used in its own file: only `export` is too much. */
  readonly usedHere: boolean;
  /** Only tests import it. */
  readonly onlyTests: boolean;
}

export interface Unused {
  readonly exports: readonly UnusedExport[];
  /** Files that no other file imports and that are no entry point. */
  readonly files: readonly string[];
  /** Whether a test imports the name from the file, or from one that hands it on. */
  isTested(path: string, name: string): boolean;
}

interface Uses {
  /** Everything may be used: a namespace, `import()`, `require`. */
  all: boolean;
  readonly names: Set<string>;
  readonly byTests: Set<string>;
  allByTests: boolean;
}

/**
 * Exports of TypeScript and JavaScript that no file of the repository imports, and that no entry point hands on.
 * Candidates, not proof: names can be reached by tools, templates or other repositories.
 */
export function unusedOf(snapshot: Snapshot, graph: Graph, entries: readonly { readonly path: string }[]): Unused {
  const byPath = new Map(snapshot.files.map((file) => [file.path, file]));
  const uses = new Map<string, Uses>();
  const imported = new Set<string>();
  const usesOf = (path: string): Uses => {
    const known = uses.get(path) ?? { all: false, names: new Set(), byTests: new Set(), allByTests: false };
    uses.set(path, known);
    return known;
  };
  for (const { from, to, names } of graph.links) {
    const target = usesOf(to);
    const fromTest = isTest(byPath.get(from)?.name ?? from);
    imported.add(to);
    if (names === "*") {
      if (fromTest) target.allByTests = true;
      else target.all = true;
    } else for (const name of names) (fromTest ? target.byTests : target.names).add(name);
  }
  for (const { path } of entries) usesOf(path).all = true;
  for (const { path, name } of snapshot.files) if (isCalledByName(name)) usesOf(path).all = true;
  handOn(graph, usesOf);

  const scripts = snapshot.files.filter(isJudged);
  const entryFiles = new Set(entries.map(({ path }) => path));
  return {
    exports: scripts.flatMap((file) => unusedIn(file, uses.get(file.path), imported.has(file.path))),
    files: scripts
      .filter(({ path, name, facts }) => {
        const isEntry = entryFiles.has(path) || isCalledByName(name);
        return !imported.has(path) && !isEntry && facts !== undefined && exportsAnything(facts);
      })
      .map(({ path }) => path),
    isTested(path, name) {
      const own = uses.get(path);
      return own !== undefined && (own.allByTests || own.byTests.has(name));
    },
  };
}

/** What is used of a file that hands names on is used of where they come from; until nothing more is found. */
function handOn(graph: Graph, usesOf: (path: string) => Uses): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const { from, to, name, original } of graph.handovers) {
      const source = usesOf(from);
      const target = usesOf(to);
      for (const part of ["names", "byTests"] as const) {
        const all = part === "names" ? "all" : "allByTests";
        if (name === "*") {
          if (source[all] && !target[all]) changed = target[all] = true;
          for (const one of source[part]) if (!target[part].has(one)) changed = Boolean(target[part].add(one));
        } else if ((source[all] || source[part].has(name)) && !target[part].has(original)) {
          changed = Boolean(target[part].add(original));
        }
      }
    }
  }
}

function exportsAnything(facts: KeptFacts): boolean {
  const { exports, reexports } = unpackLinks(facts.links);
  return exports.length + reexports.length > 0;
}

function isJudged({ name, facts, language, generated }: SourceFile): boolean {
  const isScript = language === "TypeScript" || language === "JavaScript";
  return facts !== undefined && isScript && !isTest(name) && !generated;
}

function unusedIn(file: SourceFile, uses: Uses | undefined, isImported: boolean): UnusedExport[] {
  // A file that nobody imports is reported as a file, not by each of its names.
  if (!isImported || uses?.all === true) return [];
  return (file.facts ? unpackLinks(file.facts.links).exports : [])
    .filter(({ name }) => !uses?.names.has(name))
    .map(({ name, line, usedHere }) => {
      const onlyTests = uses !== undefined && (uses.allByTests || uses.byTests.has(name));
      return { path: file.path, line, name, usedHere, onlyTests };
    });
}
