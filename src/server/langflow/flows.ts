import type { FlowDiff, FlowFacts, PushResult } from "../../protocol/flows.ts";
import type { LinkStatus } from "../../protocol/status.ts";
import { modelsIn } from "../flows/files/flowModels.ts";
import { plainText } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import { createFlows } from "./client/flows.ts";
import type { Connection, OpenLink } from "./connection.ts";
import { findFlow } from "./flowLookup.ts";
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
  /** Refuses with CONFLICT over a change made in Langflow unless `overwrite`. */
  push(template: string, options: { overwrite: boolean; signal: AbortSignal }): Promise<PushResult>;
  /** The flow as Langflow exports it, without keys and tokens. */
  pull(flow: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  diff(template: string, signal: AbortSignal): Promise<FlowDiff>;
  models(flow: string, signal: AbortSignal): Promise<FlowModels>;
}

export interface FlowsDeps {
  readonly connection: Pick<Connection, "use" | "status">;
  /** Keeps which flow a template was pushed to. */
  readonly store: LinkStore;
  readonly versions: VersionStore;
  readonly synced: SyncStore;
}

export function createLangflowFlows({ connection, store, versions, synced }: FlowsDeps): LangflowFlows {
  const knownId = async (template: string): Promise<string | undefined> => (await store.read())?.flows[template];

  return {
    async list(signal) {
      const { http } = await connection.use();
      return (await createFlows(http).list(signal)).map((flow) => flowFacts(http.base, flow));
    },
    async push(template, { overwrite, signal }) {
      const open = registered(await connection.use(), connection.status());
      const keep = async (id: string) => {
        const now = await createFlowTexts(open.http).get(id, signal);
        await createVersions(open.http, versions).keep(now, { signal });
      };
      const request = { template, overwrite, keep, knownId: await knownId(template) };
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
      const known = await knownId(template);
      return diffFlow({ template, knownId: known }, { ...(await connection.use()), signal });
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
