import type { FlowDiff, FlowFacts, PushResult, TemplateFacts } from "../../protocol/flows.ts";
import type { LinkStatus } from "../../protocol/status.ts";
import { readMarker } from "../flows/marker.ts";
import { modelsIn } from "../flows/files/flowModels.ts";
import { plainText } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import { createFlows } from "./client/flows.ts";
import type { Connection, OpenLink } from "./connection.ts";
import { findFlow } from "./flowLookup.ts";
import type { FlowFolder } from "./flowFolder.ts";
import { createTemplates } from "./templates.ts";
import type { FlowModels } from "./flowModels.ts";
import { rememberFlow } from "./linkStore.ts";
import type { LinkStore } from "./linkStore.ts";
import { diffFlow, pullFlow } from "./pull.ts";
import { flowFacts, pushTemplate } from "./push.ts";
import { lastPushTo } from "./syncStore.ts";
import type { SyncStore } from "./syncStore.ts";
import { createVersions } from "./versions.ts";
import type { VersionStore } from "./versionStore.ts";

/** The flows of the connected Langflow. A flow is named by its id, its name, or the name of a pushed template. */
export interface LangflowFlows {
  list(signal: AbortSignal): Promise<readonly FlowFacts[]>;
  /** With the parameters of those that are pushed, as far as Langflow is connected. */
  templates(signal: AbortSignal): Promise<readonly TemplateFacts[]>;
  /** Refuses with CONFLICT over a change made in Langflow unless `overwrite`. */
  push(template: string, options: PushOptions): Promise<PushResult>;
  /** The flow as Langflow exports it, without keys and tokens. */
  pull(flow: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  diff(template: string, signal: AbortSignal): Promise<FlowDiff>;
  models(flow: string, signal: AbortSignal): Promise<FlowModels>;
}

export interface PushOptions {
  readonly overwrite: boolean;
  /** `name=value` of the template's parameters; those left out stay as they are in the flow. */
  readonly set?: readonly string[];
  readonly signal: AbortSignal;
}

export interface FlowsDeps {
  readonly connection: Pick<Connection, "use" | "status">;
  /** Keeps which flow a template was pushed to. */
  readonly store: LinkStore;
  readonly versions: VersionStore;
  readonly synced: SyncStore;
  /** Templates of the user are in it. */
  readonly folder: FlowFolder;
}

export function createLangflowFlows({ connection, store, versions, synced, folder }: FlowsDeps): LangflowFlows {
  const templates = createTemplates(folder);
  const knownId = async (template: string): Promise<string | undefined> => (await store.read())?.flows[template];

  return {
    async list(signal) {
      const { http } = await connection.use();
      return (await createFlows(http).list(signal)).map((flow) => flowFacts(http.base, flow));
    },
    async templates(signal) {
      const isConnected = ["connected", "slow"].includes(connection.status().state);
      const open = isConnected ? await connection.use() : undefined;
      const listed = open ? await createFlows(open.http).list(signal) : [];
      const ours = listed
        .flatMap(({ description }) => readMarker(description) ?? [])
        .filter(({ workspace }) => workspace === open?.serverName);
      return (await templates.all()).map(({ name, title, description, parameters = [] }) => {
        const kept = ours.find(({ template }) => template === name)?.parameters;
        return {
          ...{ name, title, description },
          parameters: parameters.map(({ default: own, ...facts }) => ({ ...facts, value: kept?.[facts.name] ?? own })),
        };
      });
    },
    async push(template, { overwrite, set = [], signal }) {
      const open = registered(await connection.use(), connection.status());
      const keep = async (id: string) => {
        const now = await createFlowTexts(open.http).get(id, signal);
        await createVersions(open.http, versions).keep(now, { signal });
      };
      const wanted = await templates.find(template);
      const request = { template: wanted, overwrite, set, keep, knownId: await knownId(template) };
      const pushed = await pushTemplate(request, { ...open, signal });
      await rememberFlow(store, template, pushed.id);
      if (pushed.result === "updated") {
        const now = await createFlowTexts(open.http).get(pushed.id, signal);
        await synced.write(lastPushTo(open.http.base), pushed.id, plainText(now));
      }
      return pushed;
    },
    async pull(name, signal) {
      const { http, serverName } = await connection.use();
      return pullFlow(http, (await findFlow(http, { flow: name, serverName, signal })).id, signal);
    },
    async models(wanted, signal) {
      const { http, serverName } = await connection.use();
      const { id, name } = await findFlow(http, { flow: wanted, serverName, signal });
      return { id, name, models: modelsIn({ fields: await pullFlow(http, id, signal) }) };
    },
    async diff(template, signal) {
      const wanted = await templates.find(template);
      return diffFlow({ template: wanted, knownId: await knownId(template) }, { ...(await connection.use()), signal });
    },
  };
}

/** A flow calls our tools by the server's name in Langflow: without one it could not run. */
function registered(open: OpenLink, status: LinkStatus): OpenLink {
  if (open.serverName !== "") return open;
  throw new ToolError(
    "NOT_READY",
    "This workspace is not registered in Langflow.",
    status.registration?.problem ?? status.warnings[0] ?? "Connect to Langflow again.",
  );
}
