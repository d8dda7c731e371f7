import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import type { LangflowVersion } from "../../scripts/lib/realParts.ts";
import type { FlowData } from "./flowMutations.ts";

/** The flows that a version of Langflow ships, by the names of their files. */
export function starterFiles<Project>(version: LangflowVersion): ReadonlyMap<string, Project> {
  const { folder } = realParts().langflow.versions[version];
  const [lib = ""] = readdirSync(path.join(folder, "lib"));
  const projects = path.join(folder, "lib", lib, "site-packages", "langflow", "initial_setup", "starter_projects");
  const names = readdirSync(projects).filter((name) => name.endsWith(".json"));
  return new Map(
    names.sort().map((name) => [name, JSON.parse(readFileSync(path.join(projects, name), "utf8")) as Project]),
  );
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
