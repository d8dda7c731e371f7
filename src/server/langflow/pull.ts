import type { FlowDiff } from "../../protocol/flows.ts";
import { redactSecrets } from "../platform/redact.ts";
import { buildFlow } from "./build.ts";
import { readCatalogue } from "./client/components.ts";
import { createFlows } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
import { canonicalFlow, readMarker, stable } from "./marker.ts";
import type { CanonicalFlow } from "./marker.ts";
import { findPushed, flowFacts } from "./push.ts";
import type { PushContext } from "./push.ts";
import { findTemplate } from "./templates/index.ts";
import { ToolError } from "../platform/errors.ts";

/** The flow as Langflow imports it again, without the ids of its owner and without secrets. */
export async function pullFlow(
  http: LangflowHttp,
  id: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const flow = await createFlows(http).get(id, signal);
  if (!flow) throw new ToolError("NOT_FOUND", "The flow no longer exists in Langflow.", "See `langflow list`.");
  const { name, description, data } = flow;
  return { name, description: description ?? "", data: withoutSecrets(data) };
}

const secretNames = /^(authorization|x-api-key|api[-_]?key|password|token)$/i;

/** Values of headers and password fields, and everything that has the form of a key. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string") return redactSecrets(value);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const isPassword = "password" in value && value.password === true;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const hidden = secretNames.test(key) || (isPassword && key === "value");
      return [key, hidden && typeof inner === "string" && inner !== "" ? "***" : withoutSecrets(inner)];
    }),
  );
}

/** What a push would change in the flow of this template. */
export async function diffFlow(
  { template: name, knownId }: { template: string; knownId: string | undefined },
  context: PushContext,
): Promise<FlowDiff> {
  const { http, serverName, signal, version } = context;
  const template = findTemplate(name);
  const present = await findPushed({ template: name, knownId }, context);
  if (!present?.data) {
    throw new ToolError("NOT_FOUND", `${name} is not in Langflow yet.`, `Push it: langflow push ${name}.`);
  }
  const catalogue = await readCatalogue(http, signal);
  const wanted = await buildFlow(template.plan({ serverName }), { http, catalogue, signal });
  const sameVersion = readMarker(present.description)?.langflow === version.text;
  const [ours, theirs] = [wanted, present.data].map((data) => canonicalFlow(data, { catalogue, sameVersion }));
  return { flow: flowFacts(http.base, present), ...compareFlows(ours, theirs) };
}

export function compareFlows(ours: CanonicalFlow | undefined, theirs: CanonicalFlow | undefined) {
  const fields: string[] = [];
  const structure: string[] = [];
  const left = new Map(ours?.nodes.map((node) => [node.id, node]));
  const right = new Map(theirs?.nodes.map((node) => [node.id, node]));
  for (const id of new Set([...left.keys(), ...right.keys()])) {
    const [mine, other] = [left.get(id), right.get(id)];
    if (!mine || !other) {
      structure.push(`${mine ? "-" : "+"} ${id}`);
      continue;
    }
    for (const field of new Set([...Object.keys(mine.values), ...Object.keys(other.values)])) {
      const [was, is] = [stable(mine.values[field]), stable(other.values[field])];
      if (was !== is) fields.push(`${id}.${field}: ${short(was)} → ${short(is)}`);
    }
  }
  const edges = new Set(theirs?.edges);
  const wanted = new Set(ours?.edges);
  for (const edge of wanted) if (!edges.has(edge)) structure.push(`- ${edge}`);
  for (const edge of edges) if (!wanted.has(edge)) structure.push(`+ ${edge}`);
  return { fields, structure };
}

function short(text: string): string {
  const clean = redactSecrets(text);
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean;
}
