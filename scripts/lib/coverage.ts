// Line coverage of src/server from V8's own counts: the bundle's, mapped back by its source maps, and the sources' that unit
// tests import as they are. c8 alone counts every line of a source-mapped bundle as covered.
import { readdir, readFile, rm } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CoverageReport } from "monocart-coverage-reports";
import { z } from "zod";

/** What Node writes at the end of a process. */
const countsFile = z.object({
  result: z.array(z.looseObject({ url: z.string(), scriptId: z.string(), functions: z.array(z.looseObject({})) })),
});

const sourceMap = z.looseObject({ sources: z.array(z.string()), mappings: z.string() });

export interface Coverage {
  /** Percent of lines */
  percent: number;
  /** Worst first. A line counts when any part of it ran. */
  files: { path: string; percent: number; missed: number[] }[];
  /** Processes whose counts are not in it: tests kill some while they write theirs. */
  unreadable: number;
}

/** Takes in the counts of one suite after the other: those of all of them at once are gigabytes. */
export function serverCoverage() {
  const report = new CoverageReport({
    outputDir: "coverage",
    logging: "error",
    reports: [],
    sourceFilter: (path) => path.startsWith("src/server/"),
  });
  const files = new Map<string, ReturnType<typeof readSource>>();
  let unreadable = 0;

  /** @param folder what NODE_V8_COVERAGE was set to; deleted afterwards */
  async function add(folder: string) {
    for (const name of await readdir(folder)) {
      const counts = parse(await readFile(path.join(folder, name), "utf8"));
      if (!counts) {
        unreadable++;
        continue;
      }
      const ours = counts.result.filter(({ url }) => /^file:.*\/(dist|src)\/server\//.test(url));
      const entries = await Promise.all(ours.map(async (entry) => ({ ...entry, ...(await sourceOf(entry.url)) })));
      if (entries.length > 0) await report.add(entries);
    }
    await rm(folder, { recursive: true, force: true });
  }

  function sourceOf(url: string) {
    const known = files.get(url) ?? readSource(fileURLToPath(url));
    files.set(url, known);
    return known;
  }

  async function result(): Promise<Coverage> {
    const results = await report.generate();
    /** A file stands twice when it ran both bundled and as it is */
    const lineHits = new Map<string, Map<string, boolean>>();
    for (const { sourcePath, data } of results?.files ?? []) {
      if (!sourcePath.startsWith("src/server/")) continue;
      const lines = lineHits.get(sourcePath) ?? new Map<string, boolean>();
      for (const [line, count] of Object.entries(data?.lines ?? {}))
        lines.set(line, lines.get(line) === true || count !== 0);
      lineHits.set(sourcePath, lines);
    }
    let ran = 0;
    let total = 0;
    const rows = [...lineHits].map(([path, lines]) => {
      const missed = [...lines].filter(([, hit]) => !hit).map(([line]) => Number(line));
      ran += lines.size - missed.length;
      total += lines.size;
      return { path, percent: (100 * (lines.size - missed.length)) / lines.size, missed };
    });
    return {
      percent: total === 0 ? 0 : (100 * ran) / total,
      files: rows.sort((a, b) => b.missed.length - a.missed.length),
      unreadable,
    };
  }

  return { add, result };
}

function parse(text: string) {
  try {
    return countsFile.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @returns What the counts' offsets are of: Node ran a .ts file with its types blanked out; a bundle has its map beside it. */
async function readSource(file: string) {
  const text = await readFile(file, "utf8");
  if (file.endsWith(".ts")) return { source: stripTypeScriptTypes(text) };
  return { source: text, sourceMap: sourceMap.parse(JSON.parse(await readFile(`${file}.map`, "utf8"))) };
}
