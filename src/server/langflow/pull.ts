import type { FlowDiff } from "../../protocol/flows.ts";
import { ToolError } from "../platform/errors.ts";
import { canonicalFlow } from "../flows/canonical.ts";
import { createFlows } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";
import { compareFlows } from "../flows/compare.ts";
import { readMarker } from "../flows/marker.ts";
import type { FlowData } from "../flows/model.ts";
import { buildTemplate, findPushed, flowFacts } from "./push.ts";
import type { PushContext } from "./push.ts";
import type { AnyTemplate } from "../flows/templates/template.ts";
import { parameterValues } from "../flows/templates/parameters.ts";
import { withoutSecrets } from "../flows/withoutSecrets.ts";

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

/** What a push would change in the flow of this template. */
export async function diffFlow(
  { template, knownId }: { readonly template: AnyTemplate; readonly knownId: string | undefined },
  context: PushContext,
): Promise<FlowDiff> {
  const { http, version } = context;
  const { name } = template;
  const present = await findPushed({ template: name, knownId }, context);
  if (!present?.data) {
    throw new ToolError("NOT_FOUND", `${name} is not in Langflow yet.`, `Push it: langflow push ${name}.`);
  }
  const marker = readMarker(present.description);
  const parameters = parameterValues(template, {}, marker?.parameters);
  const { catalogue, data } = await buildTemplate(template, parameters, context);
  const sameVersion = marker?.langflow === version.text;
  const canonical = (flow: FlowData) => canonicalFlow(flow, { catalogue, sameVersion });
  return { flow: flowFacts(http.base, present), ...compareFlows(canonical(data), canonical(present.data)) };
}
