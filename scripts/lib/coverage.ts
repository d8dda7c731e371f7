// Line coverage of src/server from V8's own counts: the bundle's, mapped back by its source maps, and the sources' that unit
// tests import as they are. c8 alone counts every line of a source-mapped bundle as covered.
import { readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";
import { CoverageReport } from "monocart-coverage-reports";

/**
 * @param folder what NODE_V8_COVERAGE was set to
 * @returns Lines that ran, by file, worst first. A line counts when any part of it ran.
 */
export async function serverCoverage(
  folder: string,
): Promise<{ percent: number; files: { path: string; percent: number; missed: number[] }[] }> {
  const report = new CoverageReport({
    outputDir: "coverage",
    logging: "error",
    reports: [],
    entryFilter: (entry) => /\/(dist|src)\/server\//.test(entry.url),
    sourceFilter: (path) => path.startsWith("src/server/"),
    onEntry: async (entry) => {
      // Node ran the file with its types blanked out at the same offsets; the reader wants that text.
      if (entry.url.endsWith(".ts"))
        entry.source = stripTypeScriptTypes(await readFile(fileURLToPath(entry.url), "utf8"));
    },
  });
  await report.addFromDir(folder);
  const results = await report.generate();
  /** A file stands twice when it ran both bundled and as it is */
  const files = new Map<string, Map<string, boolean>>();
  for (const { sourcePath, data } of results?.files ?? []) {
    if (!sourcePath.startsWith("src/server/")) continue;
    const lines = files.get(sourcePath) ?? new Map<string, boolean>();
    for (const [line, count] of Object.entries(data?.lines ?? {}))
      lines.set(line, lines.get(line) === true || count !== 0);
    files.set(sourcePath, lines);
  }
  let ran = 0;
  let total = 0;
  const rows = [...files].map(([path, lines]) => {
    const missed = [...lines].filter(([, hit]) => !hit).map(([line]) => Number(line));
    ran += lines.size - missed.length;
    total += lines.size;
    return { path, percent: (100 * (lines.size - missed.length)) / lines.size, missed };
  });
  return {
    percent: total === 0 ? 0 : (100 * ran) / total,
    files: rows.sort((a, b) => b.missed.length - a.missed.length),
  };
}
