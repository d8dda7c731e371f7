// Refactorings drawn at random over the sources of a folder; the same for the same seed everywhere.
import path from "node:path";
import ts from "typescript";

export const operations = ["move_symbol", "move_path", "rename_symbol"] as const;
/** What tsserver has nothing like: several symbols at once, and a symbol together with the file that is named after it. */
export const ownOperations = ["move_symbols", "rename_file"] as const;
export type Operation = (typeof operations)[number] | (typeof ownOperations)[number];

/** Arguments of preview_refactoring, whose operation can have another name. */
export interface Draw {
  readonly operation: Operation;
  readonly symbol?: string;
  readonly symbols?: readonly string[];
  readonly path?: string;
  readonly to?: string;
  readonly newName?: string;
}

const operationNames: Partial<Record<Operation, string>> = {
  move_symbols: "move_symbol",
  rename_file: "rename_symbol",
};

export function argumentsOf(draw: Draw): Record<string, unknown> {
  const { operation } = draw;
  return {
    ...draw,
    operation: operationNames[operation] ?? operation,
    ...(operation === "rename_file" && { renameFile: true }),
  };
}

interface Subject {
  readonly root: string;
  readonly programs: readonly ts.Program[];
  readonly seed: number;
}

export function drawAll(subject: Subject, wanted: readonly Operation[], count: number): Draw[] {
  const random = randomFrom(subject.seed);
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const sources = sourcesOf(subject);
  const files = sources.map(({ file }) => file.fileName);
  const symbols = sources.flatMap(({ program, file }) => exportedOf(program, file).map((name) => ({ file, name })));
  const members = sources.flatMap(({ file }) => membersOf(file).map((name) => ({ file, name })));
  const declared = sources.map(({ file }) => ({ file, names: declaredOf(file) }));
  const many = declared.filter(({ names }) => names.length > 1);
  const named = declared.flatMap(({ file, names }) =>
    names.filter((name) => isNamedAfter(file.fileName, name)).map((name) => ({ file, name })),
  );
  const drawing = { subject, files, random, pick };
  const draws: Record<Operation, () => Draw> = {
    move_symbol: () => drawMoveOfSymbol(drawing, needed(pick(symbols))),
    move_path: () => drawMoveOfFile(drawing, needed(pick(files))),
    rename_symbol: () => drawRename(drawing, needed(pick(random() < 0.3 && members.length > 0 ? members : symbols))),
    move_symbols: () => drawMoveOfSymbols(drawing, needed(pick(many))),
    rename_file: () => ({ ...drawRename(drawing, needed(pick(named))), operation: "rename_file" }),
  };
  return Array.from({ length: count }, (_, index) => draws[wanted[index % wanted.length] ?? "move_symbol"]());
}

function needed<T>(drawn: T | undefined): T {
  if (drawn !== undefined) return drawn;
  throw new Error("The subject has nothing to draw: no sources, or none that exports a name.");
}

interface Source {
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
}

function sourcesOf({ root, programs }: Subject): Source[] {
  const found = new Map<string, Source>();
  for (const program of programs) {
    for (const file of program.getSourceFiles()) {
      const isOwn = file.fileName.startsWith(`${root}/`) && !file.fileName.includes("/node_modules/");
      if (!file.isDeclarationFile && isOwn && !found.has(file.fileName)) found.set(file.fileName, { program, file });
    }
  }
  return [...found.values()];
}

interface Drawing {
  readonly subject: Subject;
  readonly files: readonly string[];
  random(): number;
  pick<T>(all: readonly T[]): T | undefined;
}

interface DrawnSymbol {
  readonly file: ts.SourceFile;
  readonly name: string;
}

function drawMoveOfSymbol(drawing: Drawing, { file: { fileName }, name }: DrawnSymbol): Draw {
  const to = drawTarget(drawing, fileName);
  return { operation: "move_symbol", symbol: shown(drawing.subject, fileName, name), to };
}

interface DrawnFile {
  readonly file: ts.SourceFile;
  readonly names: readonly string[];
}

/** Two to four of a file, in any order. */
function drawMoveOfSymbols(drawing: Drawing, { file: { fileName }, names }: DrawnFile): Draw {
  const { subject, random, pick } = drawing;
  const taken = new Set<string>();
  const count = Math.min(names.length, 2 + Math.floor(random() * 3));
  while (taken.size < count) taken.add(needed(pick(names)));
  const symbols = [...taken].map((name) => shown(subject, fileName, name));
  return { operation: "move_symbols", symbols, to: drawTarget(drawing, fileName) };
}

/** A new file beside it, a file beside it, or any. */
function drawTarget({ subject, files, random, pick }: Drawing, fileName: string): string {
  const folder = path.dirname(fileName);
  const fresh = path.join(folder, `moved${subject.seed}${path.extname(fileName)}`);
  const others = files.filter((other) => other !== fileName && !other.endsWith(".json"));
  const beside = others.filter((other) => path.dirname(other) === folder);
  const kind = random();
  const target = kind < 0.25 ? fresh : pick(kind < 0.75 && beside.length > 0 ? beside : others);
  return shown(subject, target ?? fresh);
}

/** To another name, to a new folder, to the folder above, or to the folder of another file. */
function drawMoveOfFile({ subject, files, random, pick }: Drawing, file: string): Draw {
  const folder = path.dirname(file);
  const base = path.basename(file);
  const above = folder === subject.root ? folder : path.dirname(folder);
  const kind = random();
  const target =
    kind < 0.3
      ? path.join(folder, `moved${subject.seed}${fullExtension(base)}`)
      : kind < 0.6
        ? path.join(folder, `moved${subject.seed}`, base)
        : path.join(kind < 0.75 ? above : path.dirname(pick(files) ?? file), base);
  const isFree = target !== file && !files.includes(target);
  const free = isFree ? target : path.join(folder, `moved${subject.seed}`, base);
  return { operation: "move_path", path: shown(subject, file), to: shown(subject, free) };
}

function drawRename({ subject }: Drawing, { file, name }: DrawnSymbol): Draw {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return {
    operation: "rename_symbol",
    symbol: shown(subject, file.fileName, name),
    newName: `${last}Renamed${subject.seed}`,
  };
}

/** `.test.tsx` of `a.test.tsx`: what is in between can matter. */
function fullExtension(base: string): string {
  return /(?:\.(?:d|test|spec|stories))?\.[^.]+$/.exec(base)?.[0] ?? "";
}

function shown({ root }: Subject, file: string, name?: string): string {
  const relative = path.relative(root, file);
  return name === undefined ? relative : `${relative}#${name}`;
}

/** The names that a file exports and declares itself at its top. */
function exportedOf(program: ts.Program, file: ts.SourceFile): string[] {
  const checker = program.getTypeChecker();
  const owner = checker.getSymbolAtLocation(file);
  return (owner ? checker.getExportsOfModule(owner) : [])
    .filter(
      ({ name, declarations }) =>
        !["default", "export="].includes(name) &&
        declarations?.every((at) => at.getSourceFile() === file && !ts.isExportSpecifier(at)),
    )
    .map(({ name }) => name)
    .sort();
}

/** What a file declares at its top, exported or not. */
function declaredOf(file: ts.SourceFile): string[] {
  const names = file.statements.flatMap((statement) => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
    }
    const isNamed =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isEnumDeclaration(statement);
    return isNamed && statement.name ? [statement.name.text] : [];
  });
  return [...new Set(names)].sort();
}

/** In whatever style the file's name is written. */
function isNamedAfter(fileName: string, name: string): boolean {
  const plain = (text: string) => text.replaceAll(/[-_$]/g, "").toLowerCase();
  return plain(path.basename(fileName).split(".")[0] ?? "") === plain(name);
}

/** Members with a plain name of the file's classes and interfaces, as name paths. */
function membersOf(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    const isOuter = ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement);
    if (!isOuter || !statement.name) return [];
    const outer = statement.name.text;
    const named = statement.members.flatMap(({ name }) => (name && ts.isIdentifier(name) ? [name.text] : []));
    return [...new Set(named)].map((name) => `${outer}/${name}`);
  });
}

/** mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
