import type { ReferenceGroup, ReferenceKind, ReferencesAnswer, ReferencesQuery } from "./answers.ts";
import { commonJsUses } from "./commonJsUses.ts";
import type { View } from "./engine.ts";
import { enclosing, namePath, outlineOf } from "./outline.ts";
import type { Project } from "./project.ts";
import { isGeneratedFile } from "./nameIndex.ts";
import { locate } from "./symbols.ts";
import type { Located } from "./symbols.ts";
import { nodeAt, ts } from "./ts.ts";

interface Found {
  readonly entry: ts.ReferencedSymbolEntry;
  readonly project: Project;
}

/** Positions of one group in an answer; a longer group is split so that every piece fits a page. */
const maxPositions = 60;

/** Every use of a symbol in every project that can see it, the declaration included. */
export function findReferences(view: View, { target, kinds }: ReferencesQuery): ReferencesAnswer {
  const located = locate(view, target);
  const byFile = new Map<string, Found[]>();
  let outside = 0;
  const everywhere = search(view, located).found;
  const missing = target.kind === "name" ? declarationsBeside(located, everywhere) : [];
  for (const found of [...missing, ...everywhere]) {
    const inFile = byFile.get(found.entry.fileName);
    if (inFile) inFile.push(found);
    else byFile.set(found.entry.fileName, [found]);
  }
  for (const [fileName, found] of byFile) {
    if (view.displayPath(fileName) !== fileName) continue;
    outside += found.length;
    byFile.delete(fileName);
  }
  const groups: ReferenceGroup[] = [];
  const counts = new Map<ReferenceKind, number>();
  let total = 0;
  let files = 0;
  let inGenerated = 0;
  const ordered = [...byFile]
    .map(([fileName, all]) => ({ fileName, all, generated: isGeneratedFile(view, fileName) }))
    .sort((a, b) => order(a, b, located.file.fileName));
  for (const { fileName, all, generated } of ordered) {
    const inFile = groupsOf(view, fileName, all, kinds);
    if (inFile.length > 0) files++;
    for (const group of inFile) {
      total += group.positions.length;
      if (generated) inGenerated += group.positions.length;
      for (const [, , kind] of group.positions) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      for (let at = 0; at < group.positions.length; at += maxPositions) {
        groups.push({ ...group, positions: group.positions.slice(at, at + maxPositions) });
      }
    }
  }
  return {
    symbol: located.label,
    total,
    files,
    kinds: Object.fromEntries([...counts].sort((a, b) => b[1] - a[1])),
    groups,
    inGenerated,
    outside,
    behind: located.behind,
    incomplete: [...view.incomplete],
  };
}

/** The declarations themselves where the compiler knows no symbol, as of a member of an object of unknown type. */
function declarationsBeside({ file, positions, project }: Located, found: readonly Found[]): Found[] {
  const { fileName } = file;
  const inFile = found.filter(({ entry }) => entry.fileName === fileName).map(({ entry }) => entry.textSpan.start);
  return positions
    .map((start) => nodeAt(file, start))
    .filter((node) => !inFile.some((start) => start >= node.getStart(file) && start < node.end))
    .map((node) => {
      const textSpan = { start: node.getStart(file), length: node.getWidth(file) };
      return { entry: { fileName, textSpan, isDefinition: true, isWriteAccess: true }, project };
    });
}

interface Start {
  readonly project: Project;
  readonly fileName: string;
  readonly position: number;
}

/**
 * References from the symbol's own project, then from every other project that has one of the definitions found, until
 * no definition is new to any project. `starts` says where each project was asked.
 */
export function search(view: View, located: Located): { found: Found[]; starts: Start[] } {
  const { file, positions: own, project } = located;
  const positions = new Map<string, Found>();
  const searched = new Map<Project, Set<string>>();
  const queue: Start[] = own.map((position) => ({ project, fileName: file.fileName, position }));
  const starts: Start[] = [];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const known = searched.get(next.project) ?? new Set();
    searched.set(next.project, known);
    const start = `${next.fileName}:${next.position}`;
    if (known.has(start)) continue;
    known.add(start);
    starts.push(next);
    const symbols = next.project.service.findReferences(next.fileName, next.position) ?? [];
    for (const { definition, references } of symbols) {
      for (const entry of references) {
        const key = `${entry.fileName}:${entry.textSpan.start}`;
        known.add(key);
        if (!positions.has(key)) positions.set(key, { entry, project: next.project });
      }
      if (view.projects.length === 1 || !view.isOwn(definition.fileName)) continue;
      for (const other of view.projectsWith(definition.fileName)) {
        if (other === next.project) continue;
        queue.push({ project: other, fileName: definition.fileName, position: definition.textSpan.start });
      }
    }
  }
  for (const {
    file: { fileName },
    project: its,
    node,
    start,
  } of commonJsUses(view, located)) {
    const key = `${fileName}:${start}`;
    if (positions.has(key)) continue;
    const isDefinition = fileName === file.fileName && own.includes(start);
    const textSpan = { start, length: node.text.length };
    positions.set(key, { entry: { fileName, textSpan, isDefinition, isWriteAccess: isDefinition }, project: its });
  }
  return { found: [...positions.values()], starts };
}

interface Ordered {
  readonly fileName: string;
  readonly generated: boolean;
}

/** The symbol's own file first and generated ones last, each by path. */
function order(a: Ordered, b: Ordered, first: string): number {
  const rank = ({ fileName, generated }: Ordered) => (fileName === first ? 0 : generated ? 2 : 1);
  return rank(a) - rank(b) || (a.fileName < b.fileName ? -1 : 1);
}

function groupsOf(
  view: View,
  fileName: string,
  found: readonly Found[],
  kinds: readonly ReferenceKind[] | undefined,
): ReferenceGroup[] {
  const groups = new Map<string, ReferenceGroup & { positions: [number, number, ReferenceKind][] }>();
  const path = view.displayPath(fileName);
  for (const { entry, project } of [...found].sort((a, b) => a.entry.textSpan.start - b.entry.textSpan.start)) {
    const file = project.program().getSourceFile(fileName);
    if (!file) continue;
    const { start } = entry.textSpan;
    const kind = kindOf(nodeAt(file, start), entry);
    if (kinds && !kinds.includes(kind)) continue;
    const container = enclosing(outlineOf(file), start);
    const symbol = container && namePath(container);
    const key = symbol ?? "";
    const group = groups.get(key) ?? { path, ...(symbol !== undefined && { symbol }), positions: [] };
    groups.set(key, group);
    const { line, character } = file.getLineAndCharacterOfPosition(start);
    group.positions.push([line + 1, character + 1, kind]);
  }
  return [...groups.values()];
}

function kindOf(node: ts.Node, entry: ts.ReferencedSymbolEntry): ReferenceKind {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return "import";
  if (ts.isImportEqualsDeclaration(parent)) return "import";
  if (ts.isExportSpecifier(parent) || ts.isNamespaceExport(parent) || ts.isExportAssignment(parent)) return "export";
  if (entry.isDefinition) return "declaration";
  if (ts.isPartOfTypeNode(node) || isInTypeName(node)) return "type";
  if (isCalled(node)) return "call";
  return entry.isWriteAccess ? "write" : "read";
}

/** The namespace in `namespace.Type`. */
function isInTypeName({ parent }: ts.Node): boolean {
  return ts.isQualifiedName(parent) && (ts.isTypeReferenceNode(parent.parent) || isInTypeName(parent));
}

function isCalled(node: ts.Node): boolean {
  const { parent } = node;
  const callee = ts.isPropertyAccessExpression(parent) && parent.name === node ? parent : node;
  const user = callee.parent;
  if (ts.isCallExpression(user) || ts.isNewExpression(user)) return user.expression === callee;
  if (ts.isTaggedTemplateExpression(user)) return user.tag === callee;
  if (ts.isJsxOpeningElement(user) || ts.isJsxSelfClosingElement(user)) return user.tagName === callee;
  return ts.isDecorator(user);
}
