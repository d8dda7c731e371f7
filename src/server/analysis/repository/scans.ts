import { readFile, stat } from "node:fs/promises";
import { ToolError } from "../../platform/errors.ts";
import type { QualityAnswer, QualityQuery } from "../quality/answer.ts";
import { qualityOf } from "../quality/quality.ts";
import type { RepositoryAnswer, RepositoryQuery } from "./answer.ts";
import { createChurnReader } from "./churn.ts";
import type { Churn } from "./churn.ts";
import { codeAndTestsOf, createInsightReader } from "./insight.ts";
import type { CodeFile } from "./insight.ts";
import { languageOf } from "./languages.ts";
import type { Folder, ScanContext, Snapshot } from "./model.ts";
import { overviewOf } from "./repository.ts";
import { createScanner, joined } from "./scan.ts";
import type { FactsReader } from "./scan.ts";

export interface Scans {
  repository(query: RepositoryQuery, context: ScanContext): Promise<RepositoryAnswer>;
  quality(query: QualityQuery, context: ScanContext): Promise<QualityAnswer>;
}

/** Answers about the whole repository. What was read is kept, so that an unchanged repository is only looked over. */
export function createScans(facts: FactsReader): Scans {
  const scanner = createScanner(facts);
  const insightOf = createInsightReader();
  const churnOf = createChurnReader();

  async function scanAll(roots: readonly Folder[], context: ScanContext): Promise<Snapshot> {
    const snapshots: Snapshot[] = [];
    for (const root of roots) snapshots.push(await scanner.scan(root, context));
    const [only] = snapshots;
    return only && snapshots.length === 1 ? only : joined(snapshots);
  }

  /** The repository that holds the folder; one that git ignores, and that the caller names, is one of its own. */
  async function scanFor(folder: Folder | undefined, roots: readonly Folder[], context: ScanContext) {
    const snapshot = await scanAll(roots, context);
    const prefix = folder === undefined ? "" : `${folder.shown}/`;
    const isIn = snapshot.files.some(({ path }) => path.startsWith(prefix));
    return { prefix, snapshot: folder && !isIn ? await scanAll([folder], context) : snapshot };
  }

  async function fileFacts({ absolute, shown }: Folder, context: ScanContext): Promise<CodeFile> {
    const limit = facts.limitOf(shown);
    if (limit === 0) throw unsupported(`${languageOf(shown)} (${shown})`, facts);
    const overlay = context.overlays.get(absolute);
    if (overlay === undefined && (await stat(absolute)).size > limit) {
      throw new ToolError("TOO_LARGE", `${shown} is too large to parse.`, "Analyze the file that it is made from.");
    }
    const text = overlay ?? (await readFile(absolute, "utf8"));
    return codeFile({ path: shown, absolute, text });
  }

  async function codeFile({
    path,
    absolute,
    text,
  }: {
    path: string;
    absolute: string;
    text: string;
  }): Promise<CodeFile> {
    const lines = text.split("\n").length - 1;
    const known = { path, absolute, name: path, size: text.length, isText: true, lines, language: languageOf(path) };
    return { ...known, facts: await facts.read(path, text) };
  }

  return {
    async repository({ roots, folder }, context) {
      const { snapshot, prefix } = await scanFor(folder, roots, context);
      const churns: Churn[] = [];
      for (const one of snapshot.folders) churns.push(await churnOf(one, context.signal));
      context.progress({ done: snapshot.files.length, total: snapshot.files.length, message: "Putting it together" });
      return overviewOf({ snapshot, insight: await insightOf(snapshot), churn: merged(churns), prefix });
    },

    async quality(query, context) {
      if (query.kind === "code") {
        const name = facts.fileNameFor(query.language);
        if (name === undefined) throw unsupported(query.language, facts);
        const file = await codeFile({ path: name, absolute: "", text: query.code });
        return qualityOf({ files: [{ ...file, path: "(code)" }], incomplete: [], isSingle: true, known: 1 });
      }
      const { roots, target } = query;
      // What cannot be parsed is told before the repository is read for it.
      const asked = target && !target.isFolder ? await fileFacts(target, context) : undefined;
      const { snapshot, prefix } = await scanFor(target?.isFolder ? target : undefined, roots, context);
      const known = codeAndTestsOf(snapshot.files);
      const files = asked ? [asked] : known.filter(({ path }) => path.startsWith(prefix));
      const incomplete = snapshot.incomplete.filter(({ path }) =>
        asked ? path === asked.path : path.startsWith(prefix),
      );
      const insight = await insightOf(snapshot);
      return qualityOf({ files, incomplete, isSingle: asked !== undefined, insight, known: known.length });
    },
  };
}

function merged(churns: readonly Churn[]): Churn {
  return { changes: new Map(churns.flatMap(({ changes }) => [...changes])), known: churns.some(({ known }) => known) };
}

function unsupported(what: string, facts: FactsReader): ToolError {
  const remedy = `Metrics are there for ${facts.languages.join(", ")}; analyze_repository counts files of every language.`;
  return new ToolError("UNSUPPORTED_LANGUAGE", `There is no grammar for ${what}.`, remedy);
}
