import type { FlowFacts, PushResult } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import { buildFlow } from "../flows/build.ts";
import { canonicalFlow, flowHash } from "../flows/canonical.ts";
import { readCatalogue, updateComponent } from "./client/components.ts";
import { createFlows } from "./client/flows.ts";
import type { Flow, FlowHeader } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
import { statusOf } from "../platform/http.ts";
import type { LangflowVersion } from "./client/version.ts";
import { readMarker, writeMarker } from "../flows/marker.ts";
import type { Marker } from "../flows/marker.ts";
import type { Catalogue, FlowData } from "../flows/model.ts";
import { findTemplate } from "../flows/templates/index.ts";
import type { Template } from "../flows/templates/index.ts";

export interface PushContext {
  readonly http: LangflowHttp;
  readonly version: LangflowVersion;
  readonly serverName: string;
  readonly signal: AbortSignal;
}

export interface PushRequest {
  readonly template: string;
  /** Keeps the flow that is replaced as a version. */
  keep(id: string): Promise<void>;
  readonly overwrite: boolean;
  /** The flow of the last push, when one is remembered. */
  readonly knownId: string | undefined;
}

export async function pushTemplate(request: PushRequest, context: PushContext): Promise<PushResult> {
  const { http, version, serverName, signal } = context;
  const template = findTemplate(request.template);
  const flows = createFlows(http);
  const { catalogue, data } = await buildTemplate(template, context);
  const hash = flowHash(canonicalFlow(data, { catalogue, sameVersion: true }));
  const marker: Marker = {
    template: template.name,
    version: template.version,
    workspace: serverName,
    langflow: version.text,
    hash,
  };
  const present = await findPushed(request, context);
  if (!present) {
    const name = `${template.title} (${serverName.replace(/^workspace-/, "")})`;
    const description = writeMarker(template.description, marker);
    const created = await flows.create({ name, description, data }, signal);
    return { ...flowFacts(http.base, created), result: "created" };
  }
  const state = stateOf(present, catalogue, version);
  if (state.edited && !request.overwrite) throw editedInLangflow(present, template);
  if (!state.edited && state.marker?.hash === hash && state.marker.version === template.version) {
    return { ...flowFacts(http.base, present), result: "unchanged" };
  }
  await request.keep(present.id);
  const description = writeMarker(present.description ?? template.description, marker);
  const updated = await updateFlow(context, { present, description, data });
  return { ...flowFacts(http.base, updated), result: "updated" };
}

/** The template's flow, built from the components of the connected Langflow. */
export async function buildTemplate(
  template: Template,
  { http, serverName, signal }: PushContext,
): Promise<{ catalogue: Catalogue; data: FlowData }> {
  const catalogue = await readCatalogue(http, signal);
  const data = await buildFlow(template.plan({ serverName }), {
    catalogue,
    choose: (component, choice) => updateComponent(http, { component, ...choice, signal }),
  });
  return { catalogue, data };
}

/** The flow of an earlier push: by its id, then by the marker that it carries. */
export async function findPushed(
  { template, knownId }: Pick<PushRequest, "template" | "knownId">,
  { http, serverName, signal }: PushContext,
): Promise<Flow | undefined> {
  const flows = createFlows(http);
  const known = knownId === undefined ? undefined : await flows.get(knownId, signal);
  if (known) return known;
  const marked = (await flows.list(signal)).find((flow) => {
    const marker = readMarker(flow.description);
    return marker?.template === template && marker.workspace === serverName;
  });
  return marked && flows.get(marked.id, signal);
}

function stateOf(flow: Flow, catalogue: Catalogue, version: LangflowVersion) {
  const marker = readMarker(flow.description);
  // Without its marker nobody knows what was pushed: what is there counts as the user's.
  if (!marker || !flow.data) return { marker, edited: true };
  const now = flowHash(canonicalFlow(flow.data, { catalogue, sameVersion: marker.langflow === version.text }));
  return { marker, edited: now !== marker.hash };
}

interface FlowUpdate {
  readonly present: Flow;
  readonly description: string;
  readonly data: FlowData;
}

async function updateFlow({ http, signal }: PushContext, { present, description, data }: FlowUpdate) {
  const versionToken = present.version_token ?? undefined;
  try {
    return await createFlows(http).update({ id: present.id, description, data, versionToken }, signal);
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    throw new ToolError(
      "CONFLICT",
      `The flow "${present.name}" was changed in Langflow while it was pushed.`,
      "Push again; it asks before it writes over a change.",
    );
  }
}

function editedInLangflow(flow: FlowHeader, template: Template): ToolError {
  return new ToolError(
    "CONFLICT",
    `The flow "${flow.name}" was changed in Langflow since it was pushed.`,
    `Push ${template.name} with --overwrite to replace that change, or look at it first with diff.`,
  );
}

export function flowFacts(base: string, flow: FlowHeader): FlowFacts {
  const template = readMarker(flow.description)?.template;
  return {
    id: flow.id,
    name: flow.name,
    url: `${base}/flow/${flow.id}`,
    ...(template !== undefined && { template }),
  };
}
