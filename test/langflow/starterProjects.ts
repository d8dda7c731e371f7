import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { realParts, STARTER_PACKAGES } from "../../scripts/lib/realParts.ts";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import type { FlowData } from "./flowMutations.ts";

/** The flows that a version of Langflow ships, by the names of their files. */
export function starterFiles<Project>(version: LangflowVersion): ReadonlyMap<string, Project> {
  return flowsIn(path.join(packageFolder(version), "initial_setup", "starter_projects"));
}

/** The flow of an assistant of Langflow 1.13.0, as its package has it. */
export function agenticFlow(name: string): PublicFlow["flow"] {
  return flowsIn<PublicFlow["flow"]>(path.join(packageFolder("1.13.0"), "agentic", "flows")).get(`${name}.json`) ?? {};
}

function packageFolder(version: LangflowVersion): string {
  const { folder } = realParts().langflow.versions[version];
  const [lib = ""] = readdirSync(path.join(folder, "lib"));
  return path.join(folder, "lib", lib, "site-packages", "langflow");
}

function flowsIn<Project>(folder: string): ReadonlyMap<string, Project> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(
    names.sort().map((name) => [name, JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Project]),
  );
}

/** A flow that a version of Langflow shipped. */
export interface PublicFlow {
  readonly version: string;
  readonly flow: Readonly<Record<string, unknown>>;
}

/** Five flows of each version from 1.0 to 1.12, of as many names as there are. */
export function publicFlows(): readonly PublicFlow[] {
  const { folder } = realParts().langflow.starters;
  const taken = new Map<string, number>();
  const flowsOf = (version: string, files: ReadonlyMap<string, PublicFlow["flow"]>) => {
    const names = [...files.keys()].sort((one, other) => (taken.get(one) ?? 0) - (taken.get(other) ?? 0)).slice(0, 5);
    for (const name of names) taken.set(name, (taken.get(name) ?? 0) + 1);
    return names.map((name) => ({ version, flow: files.get(name) ?? {} }));
  };
  return [
    ...[...STARTER_PACKAGES.keys()].flatMap((version) => flowsOf(version, flowsIn(path.join(folder, version)))),
    ...flowsOf("1.7", starterFiles("0.7.3")),
  ];
}

/** The data of those of Langflow 1.13.0. */
export function starterProjects(): ReadonlyMap<string, FlowData> {
  return new Map([...starterFiles<{ data: FlowData }>("1.13.0")].map(([name, { data }]) => [name, data]));
}

/** Components of the starter projects with ids of their own, and their edges, until there are as many. */
export function largeFlow(components: number): FlowData {
  const flow: FlowData = { nodes: [], edges: [] };
  for (let copy = 0; flow.nodes.length < components; copy++) {
    for (const { nodes, edges } of starterProjects().values()) {
      const text = JSON.stringify({ nodes, edges });
      const renamed = nodes.reduce((whole, { id }) => whole.replaceAll(`"${id}"`, `"${id}-${String(copy)}"`), text);
      const part = JSON.parse(renamed) as FlowData;
      flow.nodes.push(...part.nodes);
      flow.edges.push(...part.edges);
      if (flow.nodes.length >= components) break;
    }
  }
  return flow;
}
