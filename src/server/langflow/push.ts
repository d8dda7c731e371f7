import type { FlowFacts, PushResult } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import { buildFlow } from "../flows/build.ts";
import { canonicalFlow, flowHash } from "../flows/canonical.ts";
import { readCatalogue, updateComponent } from "./client/components.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import { createFlows } from "./client/flows.ts";
import type { Flow, FlowHeader } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
import { statusOf } from "../platform/http.ts";
import { isBelow } from "./client/version.ts";
import type { LangflowVersion } from "./client/version.ts";
import { readMarker, writeMarker } from "../flows/marker.ts";
import type { Marker } from "../flows/marker.ts";
import { FlowData } from "../flows/model.ts";
import type { Catalogue } from "../flows/model.ts";
import { dataToPush } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { parameterValues, readParameters } from "../flows/templates/parameters.ts";
import type { AnyTemplate, ParameterValues } from "../flows/templates/template.ts";

export interface PushContext {
  readonly http: LangflowHttp;
  readonly version: LangflowVersion;
  readonly serverName: string;
  readonly signal: AbortSignal;
}

export interface PushRequest {
  readonly template: AnyTemplate;
  /** Keeps the flow that is replaced as a version. */
  keep(id: string): Promise<void>;
  readonly overwrite: boolean;
  /** `name=value` of the template's parameters. */
  readonly set: readonly string[];
  /** The flow of the last push, when one is remembered. */
  readonly knownId: string | undefined;
}

export async function pushTemplate(request: PushRequest, context: PushContext): Promise<PushResult> {
  const { http, version, serverName, signal } = context;
  const { template } = request;
  if (template.since && isBelow(version, template.since)) throw tooOld(template.name, template.since, version);
  const flows = createFlows(http);
  const given = readParameters(template, request.set);
  const present = await findPushed({ ...request, template: template.name }, context);
  const parameters = parameterValues(template, given, readMarker(present?.description)?.parameters);
  const { catalogue, data } = await buildTemplate(template, parameters, context);
  const hash = flowHash(canonicalFlow(data, { catalogue, sameVersion: true }));
  const marker: Marker = {
    template: template.name,
    version: template.version,
    workspace: serverName,
    langflow: version.text,
    hash,
    ...(template.parameters && { parameters }),
  };
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
  const whole =
    "file" in template ? await withKeys(template.file({ serverName, parameters }), present.id, context) : data;
  const updated = await updateFlow(context, { present, description, data: whole });
  return { ...flowFacts(http.base, updated), result: "updated" };
}

/** The template's flow, built from the components of the connected Langflow. */
export async function buildTemplate(
  template: AnyTemplate,
  parameters: ParameterValues,
  { http, serverName, signal }: PushContext,
): Promise<{ catalogue: Catalogue; data: FlowData }> {
  const catalogue = await readCatalogue(http, signal);
  if ("file" in template) {
    const file = template.file({ serverName, parameters });
    return { catalogue, data: FlowData.parse(dataToPush(file, undefined)) };
  }
  const data = await buildFlow(template.plan({ serverName, parameters }), {
    catalogue,
    choose: (component, choice) => updateComponent(http, { component, ...choice, signal }),
  });
  return { catalogue, data };
}

/** The file leaves out keys: those that were typed into the flow in Langflow stay. */
async function withKeys(file: FlowFile, id: string, { http, signal }: PushContext): Promise<FlowData> {
  return FlowData.parse(dataToPush(file, await createFlowTexts(http).get(id, signal)));
}

/** The flow of an earlier push: by its id, then by the marker that it carries. */
export async function findPushed(
  { template, knownId }: { readonly template: string; readonly knownId: string | undefined },
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

function tooOld(name: string, since: readonly number[], { product }: LangflowVersion): ToolError {
  return new ToolError(
    "NOT_READY",
    `The template ${name} needs Langflow ${since.slice(0, 2).join(".")} or newer; this is ${product.join(".")}.`,
    "Update Langflow, or push workspace-analysis, which older versions run too.",
  );
}

function editedInLangflow(flow: FlowHeader, template: AnyTemplate): ToolError {
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
