import { isTest } from "../../platform/fileKinds.ts";
import { unpackLinks } from "../syntax/facts.ts";
import type { Snapshot } from "../files/model.ts";
import { codeOf } from "./insight.ts";
import type { Insight } from "./insight.ts";

/** An exported function or class of TypeScript or JavaScript that no test imports. */
export interface Untested {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** Cyclomatic number of all its functions. */
  readonly complexity: number;
  /** A test loads its file all the same, through other files. */
  readonly reached?: true;
}

/** Those in files that no test loads come first, and then the most complex. Candidates: what runs is not looked at. */
export function untestedOf(snapshot: Snapshot, { graph, unused }: Pick<Insight, "graph" | "unused">): Untested[] {
  const reached = reachedByTests(snapshot, graph);
  return codeOf(snapshot.files)
    .filter(({ language }) => language === "TypeScript" || language === "JavaScript")
    .flatMap(({ path, facts }) =>
      unpackLinks(facts.links).exports.flatMap(({ name, line }): Untested[] => {
        const own = facts.functions.filter((one) => one.name === name || one.name.startsWith(`${name}/`));
        if (own.length === 0 || unused.isTested(path, name)) return [];
        const complexity = own.reduce((sum, { cyclomatic }) => sum + cyclomatic, 0);
        return [{ path, line, name, complexity, ...(reached.has(path) && { reached: true }) }];
      }),
    )
    .sort((a, b) => Number(a.reached ?? false) - Number(b.reached ?? false) || b.complexity - a.complexity);
}

function reachedByTests({ files }: Snapshot, { links }: Insight["graph"]): ReadonlySet<string> {
  const next = Map.groupBy(
    links.filter(({ when }) => when !== "types"),
    ({ from }) => from,
  );
  const reached = new Set(files.filter(({ name }) => isTest(name)).map(({ path }) => path));
  // A set gives what is added while it is walked.
  for (const path of reached) for (const { to } of next.get(path) ?? []) reached.add(to);
  return reached;
}
