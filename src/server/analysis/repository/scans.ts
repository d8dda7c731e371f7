import path from "node:path";
import { ToolError } from "../../platform/errors.ts";
import type { QualityAnswer, QualityQuery } from "../quality/answer.ts";
import { baselineFiles, nothingKnown, readBaseline } from "../quality/baseline.ts";
import { readRules, rulesWith } from "../quality/config.ts";
import { qualityOf } from "../quality/quality.ts";
import { unpackComponents, withLevels } from "../syntax/components.ts";
import type { Component } from "../syntax/components.ts";
import type { ComponentsAnswer, ComponentsQuery, FoundComponent, RepositoryAnswer, RepositoryQuery } from "./answer.ts";
import { createChurnReader } from "./churn.ts";
import type { Churn } from "./churn.ts";
import { dependenciesOf } from "./dependencies.ts";
import { codeAndTestsOf, createInsightReader } from "./insight.ts";
import { isGenerated } from "../../platform/fileKinds.ts";
import { languageOf } from "../files/languages.ts";
import type { Folder, Part, ScanContext, Snapshot, SourceFile } from "../files/model.ts";
import { openRegularFile } from "../../platform/openFile.ts";
import { overviewOf } from "./repository.ts";
import { createScanner, joined } from "./scan.ts";
import type { FileReader, Readers, Scanner } from "./scan.ts";
import type { Exclusions } from "../../platform/ignoreRules.ts";
import { createFileLister } from "../../platform/listFiles.ts";

export interface Scans {
  repository(query: RepositoryQuery, context: ScanContext): Promise<RepositoryAnswer>;
  quality(query: QualityQuery, context: ScanContext): Promise<QualityAnswer>;
  components(query: ComponentsQuery, context: ScanContext): Promise<ComponentsAnswer>;
}

interface One<Value> {
  readonly file: SourceFile;
  readonly value: Value;
}

/** Single files whose facts are kept. */
const mostParsed = 8;

/** Looks at the roots, or at one file, for one part. */
function createLook<Value>(part: Part, reader: FileReader<Value>, scanner: Scanner) {
  const parsed = new Map<string, { readonly content: string; readonly value: Value }>();

  async function all(roots: readonly Folder[], context: ScanContext): Promise<Snapshot> {
    const snapshots: Snapshot[] = [];
    for (const root of roots) snapshots.push(await scanner.scan(root, part, context));
    const [only] = snapshots;
    return only && snapshots.length === 1 ? only : joined(snapshots);
  }

  /** The repository that contains the folder. One that git ignores or a build made, and the caller names, is one of its own. */
  async function around(folder: Folder | undefined, roots: readonly Folder[], context: ScanContext) {
    const prefix = folder === undefined ? "" : `${folder.displayPath}/`;
    if (folder && isGenerated(`${folder.displayPath}/x`)) return { prefix, snapshot: await all([folder], context) };
    const snapshot = await all(roots, context);
    const isThere = folder === undefined || snapshot.files.some(({ path }) => path.startsWith(prefix));
    return { prefix, snapshot: isThere ? snapshot : await all([folder], context) };
  }

  async function file(target: Folder, roots: readonly Folder[], context: ScanContext): Promise<One<Value>> {
    const { absolute, displayPath } = target;
    const limit = reader.limitOf(displayPath);
    if (limit === 0) throw unsupported(`${languageOf(displayPath)} (${displayPath})`, reader.languages);
    const one = await text(displayPath, context.overlays.get(absolute) ?? (await contentOf(target, limit)));
    const root = roots.find((folder) => isIn(folder.absolute, absolute));
    if (!root) return one;
    return { ...one, file: { ...one.file, root, name: slashed(path.relative(root.absolute, absolute)) } };
  }

  async function text(name: string, content: string): Promise<One<Value>> {
    const lines = content.split("\n").length - 1;
    const known = { path: name, name, size: content.length, isText: true, lines, language: languageOf(name) };
    // Who asks for one file wants it judged, whoever wrote it.
    return { file: { ...known, generated: false }, value: await valueOf(name, content) };
  }

  /** The same file is asked about several times in a row, by its pages or by several tools: it is parsed once. */
  async function valueOf(path: string, content: string): Promise<Value> {
    const known = parsed.get(path);
    if (known?.content === content) return known.value;
    const value = await reader.read(path, content);
    parsed.delete(path);
    parsed.set(path, { content, value });
    const [oldest] = parsed.keys();
    if (parsed.size > mostParsed && oldest !== undefined) parsed.delete(oldest);
    return value;
  }

  return { around, file, text };
}

/** Answers about the whole repository. What was read is kept, so that an unchanged repository is only looked over. */
/** @param exclusions What the scans leave out; VS Code's defaults without. */
export function createScans(readers: Readers, exclusions?: Exclusions): Scans {
  const scanner = createScanner(readers, createFileLister(exclusions));
  const code = createLook("facts", readers.facts, scanner);
  const parts = createLook("components", readers.components, scanner);
  const insightOf = createInsightReader();
  const churnOf = createChurnReader();

  return {
    async repository({ roots, target }, context) {
      const { snapshot, prefix } = await code.around(target, roots, context);
      const churns: Churn[] = [];
      for (const one of snapshot.folders) churns.push(await churnOf(one, context.signal));
      context.progress({ done: snapshot.files.length, total: snapshot.files.length, message: "Putting it together" });
      const insight = await insightOf(snapshot);
      // What is installed lies in folders that no scan lists, so that nothing says when it changed.
      const dependencies = await dependenciesOf(snapshot, insight.graph.packages);
      return overviewOf({ snapshot, insight, dependencies, churn: merged(churns), prefix });
    },

    async quality(query, context) {
      if (query.kind === "code") {
        const name = readers.facts.fileNameFor(query.language);
        if (name === undefined) throw unsupported(query.language, readers.facts.languages);
        const { file, value } = await code.text(name, query.code);
        return qualityOf({
          files: [{ ...file, path: "(code)", facts: value }],
          incomplete: [],
          isSingle: true,
          known: 1,
          rules: rulesWith(query.rules ?? {}),
        });
      }
      const { roots, target, forBaseline = false } = query;
      // What cannot be parsed is reported before the repository is read for it.
      const one = target && !target.isFolder ? await code.file(target, roots, context) : undefined;
      const asked = one && { ...one.file, facts: one.value };
      const { snapshot, prefix } = await code.around(target?.isFolder ? target : undefined, roots, context);
      const known = codeAndTestsOf(snapshot.files);
      const files = asked ? [asked] : known.filter(({ path }) => path.startsWith(prefix));
      const incomplete = snapshot.incomplete.filter(({ path }) =>
        asked ? path === asked.path : path.startsWith(prefix),
      );
      const insight = await insightOf(snapshot);
      const rules = await readRules(roots, context.overlays, query.rules ?? {});
      const baseline = forBaseline ? nothingKnown : await readBaseline(roots, context.overlays);
      const isSingle = asked !== undefined;
      const judged = qualityOf({ files, incomplete, isSingle, insight, known: known.length, rules, baseline });
      const answer = { ...judged, ...(!asked && prefix === "" && { leftOut: snapshot.leftOut }) };
      return forBaseline ? { ...answer, baseline: baselineFiles(answer.findings, roots) } : answer;
    },

    async components({ roots, target, kinds }, context) {
      const wanted = ({ path, generated }: SourceFile, components: readonly Component[]): FoundComponent[] =>
        withLevels(components)
          .filter(({ kind }) => !kinds || kinds.includes(kind))
          .map((component) => ({ ...component, path, ...(generated && { generated }) }));
      if (target && !target.isFolder) {
        const { file, value } = await parts.file(target, roots, context);
        return { components: wanted(file, value), incomplete: [] };
      }
      const { snapshot, prefix } = await parts.around(target, roots, context);
      const isHere = ({ path }: { readonly path: string }) => path.startsWith(prefix);
      const files = snapshot.files.filter(isHere);
      return {
        components: files
          .toSorted((a, b) => Number(a.generated) - Number(b.generated))
          .flatMap((file) => (file.components === undefined ? [] : wanted(file, unpackComponents(file.components)))),
        ...(prefix === "" && { leftOut: snapshot.leftOut }),
        incomplete: snapshot.incomplete.filter(isHere),
      };
    },
  };
}

function isIn(folder: string, file: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function slashed(file: string): string {
  return file.split(path.sep).join("/");
}

async function contentOf({ absolute, displayPath }: Folder, limit: number): Promise<string> {
  const { file, stats } = await openRegularFile(absolute);
  try {
    if (stats.size <= limit) return await file.readFile("utf8");
  } finally {
    await file.close();
  }
  throw new ToolError("TOO_LARGE", `${displayPath} is too large to parse.`, "Analyze its source file instead.");
}

function merged(churns: readonly Churn[]): Churn {
  return { changes: new Map(churns.flatMap(({ changes }) => [...changes])), known: churns.some(({ known }) => known) };
}

function unsupported(what: string, languages: readonly string[]): ToolError {
  const remedy = `It works for ${languages.join(", ")}; analyze_repository counts files of every language.`;
  return new ToolError("UNSUPPORTED_LANGUAGE", `There is no grammar for ${what}.`, remedy);
}
