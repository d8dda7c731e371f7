import { isDeclarationOfSource, isGenerated, saysGenerated } from "../../platform/fileKinds.ts";
import type { DiskFiles } from "./diskFiles.ts";
import type { View } from "./engine.ts";
import { allNamed, namePath, outlineOf } from "./outline.ts";
import type { Named } from "./outline.ts";
import type { Project } from "./project.ts";
import type { ts } from "./ts.ts";
import { isScriptName } from "./scriptFiles.ts";
import { keyOf } from "./ts.ts";

/** What one name path of a file means: overloads and merged declarations are one symbol. */
export interface NamedSymbol {
  readonly file: ts.SourceFile;
  readonly project: Project;
  /** `Class/method`. */
  readonly path: string;
  /** `file.ts#Class/method`. */
  readonly label: string;
  /** In order, but real ones before another name of something. */
  readonly declarations: readonly [Named, ...Named[]];
  /** Whether a tool wrote the file, or it is a copy of others' code. */
  readonly generated: boolean;
}

export interface NameIndex {
  readonly all: readonly NamedSymbol[];
  named(name: string): readonly NamedSymbol[];
  withPath(path: string): readonly NamedSymbol[];
  /** By a name in lower case. */
  inAnyCase(name: string): readonly NamedSymbol[];
}

interface Kept {
  readonly generation: number;
  readonly index: NameIndex;
}

const indexes = new WeakMap<DiskFiles, Kept>();

/** The names of all own files; made once for as long as no text changes. */
export function nameIndex(view: View): NameIndex {
  const known = indexes.get(view.files);
  if (known?.generation === view.files.generation) return known.index;
  const index = createIndex([...ownFiles(view)].flatMap(({ file, project }) => symbolsIn(view, file, project)));
  indexes.set(view.files, { generation: view.files.generation, index });
  return index;
}

/** The names of one file. */
export function fileIndex(view: View, file: ts.SourceFile, project: Project): NameIndex {
  return createIndex(symbolsIn(view, file, project));
}

/** The workspace's own files, each with the first project that has it. Scripts of components are not among them. */
export function* ownFiles(view: View): Generator<{ file: ts.SourceFile; project: Project }> {
  const seen = new Set<string>();
  for (const project of view.projects) {
    for (const file of project.program().getSourceFiles()) {
      const key = keyOf(file.fileName);
      if (seen.has(key) || !view.isOwn(file.fileName) || isScriptName(file.fileName)) continue;
      seen.add(key);
      yield { file, project };
    }
  }
}

/** Whether a tool wrote a file, or it is a copy of others' code. */
export function isGeneratedFile(view: View, fileName: string): boolean {
  const exists = (name: string) => view.files.folders.kindOf(name) === "file";
  return isGeneratedSource(view, fileName) || isDeclarationOfSource(fileName, exists);
}

/** The same by the name and the text of the file alone. */
export function isGeneratedSource(view: View, fileName: string): boolean {
  return isGenerated(view.nameInRoot(fileName)) || saysGenerated(view.files.text(fileName) ?? "");
}

/** What is meant where several have a name: sources rather than generated copies, declarations rather than other names of them. */
export function preferred(found: readonly NamedSymbol[]): readonly NamedSymbol[] {
  const sources = found.filter(({ generated }) => !generated);
  const best = sources.length > 0 ? sources : found;
  const real = best.filter(({ declarations: [first] }) => first.kind !== "alias");
  return real.length > 0 ? real : best;
}

const namesOfFiles = new WeakMap<ts.SourceFile, Map<string, [Named, ...Named[]]>>();

/** The declarations of a file by their name path. */
function declarationsIn(file: ts.SourceFile): Map<string, [Named, ...Named[]]> {
  const known = namesOfFiles.get(file);
  if (known) return known;
  const found = new Map<string, [Named, ...Named[]]>();
  for (const named of allNamed(outlineOf(file))) {
    const path = namePath(named);
    const same = found.get(path);
    if (same) same.push(named);
    else found.set(path, [named]);
  }
  const order = ({ kind }: Named) => (kind === "alias" ? 1 : 0);
  for (const same of found.values()) same.sort((a, b) => order(a) - order(b));
  namesOfFiles.set(file, found);
  return found;
}

function symbolsIn(view: View, file: ts.SourceFile, project: Project): NamedSymbol[] {
  const declared = declarationsIn(file);
  if (declared.size === 0) return [];
  const generated = isGeneratedFile(view, file.fileName);
  const shown = view.displayPath(file.fileName);
  return [...declared].map(([path, declarations]) => {
    return { file, project, path, label: `${shown}#${path}`, declarations, generated };
  });
}

function createIndex(all: readonly NamedSymbol[]): NameIndex {
  const nameOf = ({ declarations: [first] }: NamedSymbol) => first.name;
  const byName = groupedBy(all, nameOf);
  let folded: Map<string, NamedSymbol[]> | undefined;
  const byPath = groupedBy(all, ({ path }) => path);
  return {
    all,
    named: (name) => byName.get(name) ?? [],
    withPath: (path) => byPath.get(path) ?? [],
    inAnyCase(name) {
      folded ??= groupedBy(all, (one) => nameOf(one).toLowerCase());
      return folded.get(name) ?? [];
    },
  };
}

function groupedBy(all: readonly NamedSymbol[], keyOfOne: (one: NamedSymbol) => string): Map<string, NamedSymbol[]> {
  const groups = new Map<string, NamedSymbol[]>();
  for (const one of all) {
    const key = keyOfOne(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
