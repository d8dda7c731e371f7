import type { SourceFile } from "../files/model.ts";
import type { Insight } from "../repository/insight.ts";
import type { Copy, Region } from "./copies.ts";
import type { Draft } from "./findings.ts";
import { thresholds } from "./thresholds.ts";

export interface Scope {
  readonly insight: Insight;
  /** The files that are asked for. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Parsed files of the repository. */
  readonly total: number;
}

/** What only the whole repository shows of the files asked for. */
export function linkFindings(scope: Scope): Draft[] {
  return [...copyFindings(scope), ...cycleFindings(scope), ...unusedFindings(scope)];
}

/** One finding for two files, however many pieces they share. */
function copyFindings({ insight, files }: Scope): Draft[] {
  const pairs = new Map<string, { readonly here: Region; readonly there: Region; readonly copies: Copy[] }>();
  for (const copy of insight.copies().found) {
    const [here, there] = files.has(copy.second.path) ? [copy.second, copy.first] : [copy.first, copy.second];
    if (!files.has(here.path)) continue;
    const key = [here.path, there.path].sort().join("\0");
    const pair = pairs.get(key);
    if (pair) pair.copies.push(copy);
    else pairs.set(key, { here, there, copies: [copy] });
  }
  return [...pairs.values()].map(({ here, there, copies }) => {
    const [longest] = copies;
    const more = copies.length - 1;
    const others = more === 0 ? "" : `, and ${more} shorter ${more === 1 ? "piece" : "pieces"} of these files`;
    const size = Math.min(3, Math.sqrt((longest?.tokens ?? 0) / thresholds.copyTokens));
    return {
      rule: "no-duplicated-code",
      path: here.path,
      line: here.line,
      message: `Duplicated code: lines ${here.line} to ${here.endLine} are the same as ${there.path}:${there.line}${others}.`,
      fix: "Move the common part to one function and call it from both.",
      about: there.path,
      size: longest?.lines ?? 0,
      weight: size * ((longest?.lines ?? 0) > 30 ? 1 : 0.7),
    };
  });
}

/** Starts the cycle at a file that was asked for. */
function cycleFindings({ insight, files }: Scope): Draft[] {
  return insight.cycles.flatMap(({ kind, path, files: count }) => {
    const start = path.findIndex((one) => files.has(one));
    const round = [...path.slice(start), ...path.slice(0, start)];
    const [first, second] = round;
    if (kind !== "load" || start < 0 || first === undefined) return [];
    return {
      rule: "import/no-cycle" as const,
      path: first,
      line: insight.graph.links.find(({ from, to }) => from === first && to === second)?.line ?? 1,
      message: `Import cycle of ${count} files: ${[...round, first].join(" → ")}.`,
      fix: "Move what both need to another file, or import only the type.",
      about: path.toSorted().join(" "),
      // A cycle can break the start of a program: it comes before what is only hard to read.
      weight: 3 + count / 20,
    };
  });
}

function unusedFindings({ insight, files, total }: Scope): Draft[] {
  const evidence = `none of the other ${total - 1} files imports it`;
  const exports = insight.unused.exports
    .filter(({ path }) => files.has(path))
    .map(({ path, line, name, usedHere, onlyTests }) => ({
      rule: "unused-export" as const,
      path,
      line,
      message: `${name} is exported, but ${onlyTests ? "only tests import it" : evidence}${usedHere ? "; this file uses it itself" : ""}.`,
      fix: usedHere ? "Drop `export` if nothing outside needs it." : "Remove it if nothing outside needs it.",
      about: name,
      weight: usedHere ? 0.35 : 0.6,
    }));
  const alone = insight.unused.files
    .filter((path) => files.has(path))
    .map((path) => ({
      rule: "unused-file" as const,
      path,
      line: 1,
      message: `The file is no entry point, and ${evidence}.`,
      fix: "Remove it if no tool finds it by name.",
      about: "",
      weight: 0.8,
    }));
  return [...exports, ...alone];
}
