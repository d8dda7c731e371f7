import { copiesOf } from "../quality/copies.ts";
import type { Copies } from "../quality/copies.ts";
import { unusedOf } from "../quality/unused.ts";
import type { Unused } from "../quality/unused.ts";
import { entryPointsOf, exportedByPattern } from "./entryPoints.ts";
import type { EntryPoint } from "./entryPoints.ts";
import { cyclesOf, graphOf } from "./graph.ts";
import type { Cycle, Graph } from "./graph.ts";
import { isTest } from "../../platform/fileKinds.ts";
import type { Snapshot, SourceFile } from "../files/model.ts";

/** What follows from all files together. */
export interface Insight {
  readonly graph: Graph;
  readonly cycles: readonly Cycle[];
  readonly entryPoints: readonly EntryPoint[];
  readonly unused: Unused;
  copies(): Copies;
}

/** Works it out once for each state of the files. */
export function createInsightReader(): (snapshot: Snapshot) => Promise<Insight> {
  let last: { stamp: string; insight: Promise<Insight> } | undefined;
  return (snapshot) => {
    if (last?.stamp !== snapshot.stamp) last = { stamp: snapshot.stamp, insight: insightOf(snapshot) };
    return last.insight;
  };
}

async function insightOf(snapshot: Snapshot): Promise<Insight> {
  const graph = await graphOf(snapshot);
  const entryPoints = await entryPointsOf(snapshot, graph);
  let copies: Copies | undefined;
  return {
    graph,
    cycles: cyclesOf(graph.links),
    entryPoints,
    unused: unusedOf(snapshot, graph, [...entryPoints, ...exportedByPattern(graph)]),
    copies: () =>
      (copies ??= copiesOf(codeOf(snapshot.files).map(({ path, facts }) => ({ path, tokens: facts.tokens })))),
  };
}

export type CodeFile = SourceFile & { readonly facts: NonNullable<SourceFile["facts"]> };

/** Files that were parsed and are not generated. */
export function codeAndTestsOf(files: readonly SourceFile[]): CodeFile[] {
  return files.filter((file): file is CodeFile => file.facts !== undefined && !file.generated);
}

/** Files that were parsed and are neither tests nor generated. */
export function codeOf(files: readonly SourceFile[]): CodeFile[] {
  return files.filter((file): file is CodeFile => file.facts !== undefined && !isTest(file.name) && !file.generated);
}
