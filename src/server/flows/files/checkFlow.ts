import type { FlowProblem } from "../../../protocol/flowFiles.ts";
import type { Catalogue } from "../model.ts";
import { allNodesOf, isFields, isSecret, nodesOf, templateOf } from "./flowFile.ts";
import type { FlowFile } from "./flowFile.ts";

/** What is wrong with a flow, by what the file and the components of the server say. Without a catalogue, only the first. */
export function checkFlow(flow: FlowFile, catalogue: Catalogue | undefined): FlowProblem[] {
  return [...structure(flow), ...(catalogue ? components(flow, catalogue) : []), ...secrets(flow)];
}

function structure(flow: FlowFile): FlowProblem[] {
  const problems: FlowProblem[] = [];
  const add = (code: string, node: string, message: string) =>
    problems.push({ code, severity: "error", level: 1, node, message });
  const ids = nodesOf(flow).map((node) => String(node["id"]));
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) add("duplicate-node", id, `Two components have the id ${id}.`);
    seen.add(id);
  }
  const { edges } = isFields(flow.fields["data"]) ? flow.fields["data"] : {};
  for (const edge of Array.isArray(edges) ? edges.filter(isFields) : []) {
    for (const end of [edge["source"], edge["target"]].map(String)) {
      if (!seen.has(end)) add("missing-node", end, `An edge leads to ${end}, which the flow does not have.`);
    }
  }
  return problems;
}

const withoutComponent = new Set(["noteNode", "note"]);

function components(flow: FlowFile, catalogue: Catalogue): FlowProblem[] {
  return nodesOf(flow).flatMap((node): FlowProblem[] => {
    const data = isFields(node["data"]) ? node["data"] : {};
    const { type } = data;
    if (typeof type !== "string" || catalogue.has(type) || withoutComponent.has(type)) return [];
    if (withoutComponent.has(String(node["type"]))) return [];
    // A component that carries its code runs by that, whatever the server calls its own.
    if (isFields(templateOf(node)["code"])) return [];
    const message = `This Langflow has no component ${type}.`;
    return [{ code: "unknown-component", severity: "error", level: 2, node: String(node["id"]), message }];
  });
}

function secrets(flow: FlowFile): FlowProblem[] {
  return allNodesOf(flow).flatMap((node) =>
    Object.entries(templateOf(node)).flatMap(([field, definition]): FlowProblem[] => {
      if (!isFields(definition) || !definition["password"] || !isSecret(definition)) return [];
      const { value } = definition;
      if (typeof value !== "string" || value === "" || definition["load_from_db"] === true) return [];
      const message = `The file contains the value of ${field}, which is a secret: empty it, and keep it in Langflow.`;
      return [{ code: "secret-in-file", severity: "error", level: 5, node: String(node["id"]), field, message }];
    }),
  );
}
