import type { RepositoryAnswer, RepositoryQuery } from "./answer.ts";
import { createChurnReader } from "./churn.ts";
import type { Churn } from "./churn.ts";
import { createInsightReader } from "./insight.ts";
import type { ScanContext, Snapshot } from "./model.ts";
import { overviewOf } from "./repository.ts";
import { createScanner, joined } from "./scan.ts";
import type { FactsReader } from "./scan.ts";

export interface Scans {
  repository(query: RepositoryQuery, context: ScanContext): Promise<RepositoryAnswer>;
}

/** Answers about the whole repository. What was read is kept, so that an unchanged repository is only looked over. */
export function createScans(facts: FactsReader): Scans {
  const scanner = createScanner(facts);
  const insightOf = createInsightReader();
  const churnOf = createChurnReader();

  async function snapshotOf(roots: RepositoryQuery["roots"], context: ScanContext): Promise<Snapshot> {
    const snapshots: Snapshot[] = [];
    for (const root of roots) snapshots.push(await scanner.scan(root, context));
    const [only] = snapshots;
    return only && snapshots.length === 1 ? only : joined(snapshots);
  }

  return {
    async repository({ roots, folder }, context) {
      let snapshot = await snapshotOf(roots, context);
      const prefix = folder === undefined ? "" : `${folder.shown}/`;
      if (folder && !snapshot.files.some(({ path }) => path.startsWith(prefix))) {
        // git ignores it, and the caller asks for it by name: then it is a repository of its own.
        snapshot = await snapshotOf([folder], context);
      }
      const churns: Churn[] = [];
      for (const one of snapshot.folders) churns.push(await churnOf(one, context.signal));
      context.progress({ done: snapshot.files.length, total: snapshot.files.length, message: "Putting it together" });
      return overviewOf({ snapshot, insight: await insightOf(snapshot), churn: merged(churns), prefix });
    },
  };
}

function merged(churns: readonly Churn[]): Churn {
  return { changes: new Map(churns.flatMap(({ changes }) => [...changes])), known: churns.some(({ known }) => known) };
}
