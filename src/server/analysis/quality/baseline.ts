import path from "node:path";
import { z } from "zod";
import type { Folder } from "../files/model.ts";
import { textIn } from "../../platform/openFile.ts";
import type { Finding } from "./answer.ts";
import type { Weighed } from "./findings.ts";

/** Findings that a project has accepted, committed beside the code in each root. */
export const baselineFile = ".langflow-connect/baseline.json";

/** Path → rule → what the finding is about → how many. Lines are not in it, so that moved code stays known. */
const Baseline = z.strictObject({
  version: z.literal(1),
  findings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.int().min(1)))),
});

export interface KnownFindings {
  /** Finding keys with how many of each are accepted. */
  readonly counts: ReadonlyMap<string, number>;
  readonly problems: readonly Weighed[];
}

export const nothingKnown: KnownFindings = { counts: new Map(), problems: [] };

const findingKey = (file: string, rule: string, about: string) => JSON.stringify([file, rule, about]);

export async function readBaseline(
  roots: readonly Folder[],
  overlays: ReadonlyMap<string, string>,
): Promise<KnownFindings> {
  const counts = new Map<string, number>();
  const problems: Weighed[] = [];
  for (const { absolute, displayPath } of roots) {
    const prefix = displayPath === "" ? "" : `${displayPath}/`;
    const file = path.join(absolute, baselineFile);
    const text = overlays.get(file) ?? (await textIn(file));
    if (text === undefined) continue;
    const read = parsed(text);
    if (!read) problems.push(unreadable(`${prefix}${baselineFile}`));
    for (const [name, rules] of Object.entries(read?.findings ?? {})) {
      for (const [rule, abouts] of Object.entries(rules)) {
        for (const [about, count] of Object.entries(abouts)) counts.set(findingKey(prefix + name, rule, about), count);
      }
    }
  }
  return { counts, problems };
}

function parsed(text: string): z.output<typeof Baseline> | undefined {
  try {
    return Baseline.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function unreadable(file: string): Weighed {
  return {
    rule: "invalid-configuration",
    severity: "error",
    path: file,
    line: 1,
    message: "The baseline cannot be read, so that every finding counts as new.",
    fix: "Restore the file from version control, or write it again (write_baseline).",
    about: "baseline",
    weight: 100,
  };
}

/** The findings that the baseline does not contain: of several with one key, those further down count as new. */
export function newOnes(found: readonly Weighed[], { counts }: KnownFindings): Weighed[] {
  if (counts.size === 0) return [...found];
  const left = new Map(counts);
  const fresh = new Set(found);
  for (const one of found.toSorted((a, b) => a.line - b.line)) {
    const key = findingKey(one.path, one.rule, one.about);
    const count = left.get(key) ?? 0;
    if (count === 0) continue;
    left.set(key, count - 1);
    fresh.delete(one);
  }
  return found.filter((one) => fresh.has(one));
}

/** The files that accept these findings. */
export function baselineFiles(findings: readonly Finding[], roots: readonly Folder[]) {
  return roots.map(({ displayPath }) => ({
    path: displayPath === "" ? baselineFile : `${displayPath}/${baselineFile}`,
    text: baselineText(findings, displayPath),
  }));
}

/** The baseline of one root: sorted, one finding a line, so that two branches merge. */
function baselineText(findings: readonly Finding[], displayPath: string): string {
  const prefix = displayPath === "" ? "" : `${displayPath}/`;
  const own = findings.filter((one) => one.path.startsWith(prefix) && one.rule !== "invalid-configuration");
  const files = grouped(
    own,
    ({ path: file }) => file.slice(prefix.length),
    (inFile) =>
      grouped(
        inFile,
        ({ rule }) => rule,
        (ofRule) =>
          grouped(
            ofRule,
            ({ about }) => about,
            (same) => same.length,
          ),
      ),
  );
  return `${JSON.stringify({ version: 1, findings: files }, null, 2)}\n`;
}

/** By key, sorted. From entries, since a function may be named `constructor`. */
function grouped<T>(
  findings: readonly Finding[],
  keyOf: (one: Finding) => string,
  value: (own: readonly Finding[]) => T,
): Readonly<Record<string, T>> {
  const groups = [...Map.groupBy(findings, keyOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(groups.map(([key, own]) => [key, value(own)]));
}
