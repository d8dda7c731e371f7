import { ToolError } from "../../platform/errors.ts";
import type { QualityAnswer, QualityQuery } from "../quality/answer.ts";
import { baselineFiles, nothingKnown, readBaseline } from "../quality/baseline.ts";
import { readRules } from "../quality/config.ts";
import { qualityOf } from "../quality/quality.ts";
import { withLevels } from "../syntax/components.ts";
import type { Component } from "../syntax/components.ts";
import type { CodeFacts } from "../syntax/facts.ts";
import type { ComponentsAnswer, ComponentsQuery, RepositoryAnswer, RepositoryQuery } from "./answer.ts";
import { createChurnReader } from "./churn.ts";
import type { Churn } from "./churn.ts";
import { dependenciesOf } from "./dependencies.ts";
import { codeAndTestsOf, createInsightReader } from "./insight.ts";
import { isGenerated } from "../../platform/fileKinds.ts";
import { languageOf } from "../files/languages.ts";
import type { Folder, ScanContext, Snapshot, SourceFile } from "../files/model.ts";
import { openRegular } from "../files/openRegular.ts";
import { overviewOf } from "./repository.ts";
import { createScanner, joined } from "./scan.ts";
import type { FileReader } from "./scan.ts";
import type { Exclusions } from "../../platform/ignoreRules.ts";
import { createFileLister } from "../../platform/listFiles.ts";
import type { FileLister } from "../../platform/listFiles.ts";

export interface Scans {
  repository(query: RepositoryQuery, context: ScanContext): Promise<RepositoryAnswer>;
  quality(query: QualityQuery, context: ScanContext): Promise<QualityAnswer>;
  components(query: ComponentsQuery, context: ScanContext): Promise<ComponentsAnswer>;
}

export interface Readers {
  readonly facts: FileReader<CodeFacts>;
  readonly components: FileReader<readonly Component[]>;
}

type Parsed<Facts> = SourceFile<Facts> & { readonly facts: Facts };

/** Single files whose facts are kept. */
const mostParsed = 8;

/** Looks at the roots, or at one file, by one reader. */
function createLook<Facts>(reader: FileReader<Facts>, listFiles: FileLister) {
  const scanner = createScanner(reader, listFiles);
  const parsed = new Map<string, { readonly content: string; readonly facts: Facts }>();

  async function all(roots: readonly Folder[], context: ScanContext): Promise<Snapshot<Facts>> {
    const snapshots: Snapshot<Facts>[] = [];
    for (const root of roots) snapshots.push(await scanner.scan(root, context));
    const [only] = snapshots;
    return only && snapshots.length === 1 ? only : joined(snapshots);
  }

  /** The repository that contains the folder. One that git ignores or a build made, and the caller names, is one of its own. */
  async function around(folder: Folder | undefined, roots: readonly Folder[], context: ScanContext) {
    const prefix = folder === undefined ? "" : `${folder.displayPath}/`;
    if (folder && isGenerated(`${folder.displayPath}/x`)) return { prefix, snapshot: await all([folder], context) };
    const snapshot = await all(roots, context);
    const isIn = folder === undefined || snapshot.files.some(({ path }) => path.startsWith(prefix));
    return { prefix, snapshot: isIn ? snapshot : await all([folder], context) };
  }

  async function file({ absolute, displayPath }: Folder, context: ScanContext): Promise<Parsed<Facts>> {
    const limit = reader.limitOf(displayPath);
    if (limit === 0) throw unsupported(`${languageOf(displayPath)} (${displayPath})`, reader.languages);
    const content = context.overlays.get(absolute) ?? (await contentOf({ absolute, displayPath }, limit));
    return text({ path: displayPath, absolute, content });
  }

  async function text(one: { path: string; absolute: string; content: string }): Promise<Parsed<Facts>> {
    const { path, absolute, content } = one;
    const lines = content.split("\n").length - 1;
    const known = { path, absolute, name: path, size: content.length, isText: true, lines, language: languageOf(path) };
    // Who asks for one file wants it judged, whoever wrote it.
    return { ...known, generated: false, facts: await factsOf(path, content) };
  }

  /** The same file is asked about several times in a row, by its pages or by several tools: it is parsed once. */
  async function factsOf(path: string, content: string): Promise<Facts> {
    const known = parsed.get(path);
    if (known?.content === content) return known.facts;
    const facts = await reader.read(path, content);
    parsed.delete(path);
    parsed.set(path, { content, facts });
    const [oldest] = parsed.keys();
    if (parsed.size > mostParsed && oldest !== undefined) parsed.delete(oldest);
    return facts;
  }

  return { around, file, text };
}

/** Answers about the whole repository. What was read is kept, so that an unchanged repository is only looked over. */
/** @param exclusions What the scans leave out; VS Code's defaults without. */
export function createScans(readers: Readers, exclusions?: Exclusions): Scans {
  // One for both looks: what it remembers of the folders is the same.
  const listFiles = createFileLister(exclusions);
  const code = createLook(readers.facts, listFiles);
  const parts = createLook(readers.components, listFiles);
  const insightOf = createInsightReader();
  const churnOf = createChurnReader();

  return {
    async repository({ roots, folder }, context) {
      const { snapshot, prefix } = await code.around(folder, roots, context);
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
        const path = readers.facts.fileNameFor(query.language);
        if (path === undefined) throw unsupported(query.language, readers.facts.languages);
        const file = await code.text({ path, absolute: "", content: query.code });
        return qualityOf({ files: [{ ...file, path: "(code)" }], incomplete: [], isSingle: true, known: 1 });
      }
      const { roots, target, forBaseline = false } = query;
      // What cannot be parsed is reported before the repository is read for it.
      const asked = target && !target.isFolder ? await code.file(target, context) : undefined;
      const { snapshot, prefix } = await code.around(target?.isFolder ? target : undefined, roots, context);
      const known = codeAndTestsOf(snapshot.files);
      const files = asked ? [asked] : known.filter(({ path }) => path.startsWith(prefix));
      const incomplete = snapshot.incomplete.filter(({ path }) =>
        asked ? path === asked.path : path.startsWith(prefix),
      );
      const insight = await insightOf(snapshot);
      const rules = await readRules(roots, context.overlays);
      const baseline = forBaseline ? nothingKnown : await readBaseline(roots, context.overlays);
      const isSingle = asked !== undefined;
      const answer = qualityOf({ files, incomplete, isSingle, insight, known: known.length, rules, baseline });
      return forBaseline ? { ...answer, baseline: baselineFiles(answer.findings, roots) } : answer;
    },

    async components({ roots, target, kinds }, context) {
      const wanted = (file: SourceFile<readonly Component[]>) =>
        withLevels(file.facts ?? [])
          .filter(({ kind }) => !kinds || kinds.includes(kind))
          .map((component) => ({ ...component, path: file.path }));
      if (target && !target.isFolder) return { components: wanted(await parts.file(target, context)), incomplete: [] };
      const { snapshot, prefix } = await parts.around(target, roots, context);
      const isHere = ({ path }: { readonly path: string }) => path.startsWith(prefix);
      return {
        components: snapshot.files.filter(isHere).flatMap(wanted),
        incomplete: snapshot.incomplete.filter(isHere),
      };
    },
  };
}

async function contentOf({ absolute, displayPath }: Folder, limit: number): Promise<string> {
  const file = await openRegular(absolute);
  try {
    if ((await file.stat()).size <= limit) return await file.readFile("utf8");
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
