import { randomUUID } from "node:crypto";
import type { FlowVersion } from "../../protocol/flowChanges.ts";
import { allNodesOf, isFields, isSecret, plainText, readFlowFile, templateOf } from "../flows/files/flowFile.ts";
import type { FlowFile, ServerFlow } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import { createServerVersions } from "./client/flowVersions.ts";
import type { LangflowHttp } from "./client/http.ts";
import { changeOf, refusal, settingsOf } from "./pushFile.ts";
import type { KeptVersion, VersionStore } from "./versionStore.ts";

/** What flows of one Langflow were before they were changed from here, and where Langflow knows it, from anywhere. */
export interface Versions {
  /** The newest first. */
  list(flow: string, signal: AbortSignal): Promise<readonly FlowVersion[]>;
  /** Keeps the flow as it is now, before a push replaces it. */
  keep(now: ServerFlow, options: KeepOptions): Promise<void>;
  /** The flow as it was, without keys. */
  flowOf(version: FlowVersion, now: ServerFlow, signal: AbortSignal): Promise<FlowFile>;
  /** Makes the flow what it was; what it is now becomes a version. */
  takeBack(version: FlowVersion, now: ServerFlow, signal: AbortSignal): Promise<Taken>;
}

interface KeepOptions {
  /** The push changes nothing but keys and names of variables, so the version has the same text. */
  readonly keysOnly?: boolean;
  readonly signal: AbortSignal;
}

interface Taken {
  readonly flow: ServerFlow;
  readonly notes: readonly string[];
}

/** The description of what a push replaced; stands in Langflow's list too. */
export const beforePush = "Before a push by Langflow Connect";
export const beforeKeys = "Before a push of keys by Langflow Connect";

export function createVersions(http: LangflowHttp, store: VersionStore): Versions {
  const server = createFlowTexts(http);
  const own = createServerVersions(http);
  const { base } = http;

  async function keptOf(flow: string): Promise<ReadonlyMap<string, KeptVersion>> {
    return new Map((await store.list(base, flow)).map((kept) => [kept.id, kept]));
  }

  async function keep(now: ServerFlow, description: string, signal: AbortSignal): Promise<void> {
    const made = await own.create(now.id, description, signal);
    const [last] = made ? [] : await store.list(base, now.id);
    await store.keep(base, now.id, {
      id: made?.id ?? randomUUID(),
      number: made?.version_number ?? (last?.number ?? 0) + 1,
      at: made?.created_at ?? new Date().toISOString(),
      description,
      text: plainText(now),
    });
  }

  return {
    async list(flow, signal) {
      const there = await own.list(flow, signal);
      if (there) {
        return there.map(({ id, version_number: number, created_at: at, description }) => ({
          id,
          name: `v${String(number)}`,
          at,
          description: description ?? "",
        }));
      }
      return (await store.list(base, flow)).map(({ id, number, at, description }) => ({
        id,
        name: `v${String(number)}`,
        at,
        description,
      }));
    },

    keep: (now, { keysOnly = false, signal }) => keep(now, keysOnly ? beforeKeys : beforePush, signal),

    async flowOf({ id, name }, now, signal) {
      const kept = (await keptOf(now.id)).get(id);
      if (kept) return readFlowFile(name, kept.text);
      // Made by someone else: Langflow keeps the graph alone, so the settings are those of now.
      const data = await own.data(now.id, id, signal);
      return { ...now, fields: { ...now.fields, data } };
    },

    async takeBack(version, now, signal) {
      const { id } = now;
      const kept = (await keptOf(id)).get(version.id);
      const { versionToken } = now;
      if ((await own.list(id, signal)) === undefined) {
        if (!kept) throw noVersion(now.name, version.name);
        await keep(now, `Before ${version.name} was taken back`, signal);
        const was = readFlowFile(version.name, kept.text);
        const flow = await server.update(id, changeOf(was, now), { versionToken, signal }).catch(refused(now));
        return { flow, notes: keysToEnter(was, now) };
      }
      const graph = await own.activate(id, version.id, { versionToken, signal }).catch(refused(now));
      const [replaced] = (await own.list(id, signal)) ?? [];
      if (replaced) {
        const { id: saved, version_number: number, created_at: at, description } = replaced;
        await store.keep(base, id, { id: saved, number, at, description: description ?? "", text: plainText(now) });
      }
      const settings = kept && settingsOf(readFlowFile(version.name, kept.text), graph);
      if (!settings || Object.keys(settings).length === 0) return { flow: graph, notes: [] };
      try {
        return { flow: await server.update(id, settings, { versionToken: undefined, signal }), notes: [] };
      } catch (error) {
        const failure = refusal(now.name, error);
        if (!(failure instanceof ToolError) || failure.code === "CANCELLED") throw failure;
        return { flow: graph, notes: [`The graph was taken back, the settings not: ${failure.message}`] };
      }
    },
  };
}

function refused({ name }: ServerFlow) {
  return (error: unknown): never => {
    throw refusal(name, error);
  };
}

/** A copy of ours has no keys: those of components that the flow has lost since are gone. */
function keysToEnter(was: FlowFile, now: ServerFlow): readonly string[] {
  const lost = nodesWithKeys(was).filter((id) => !nodesWithKeys(now).includes(id));
  return lost.length === 0 ? [] : [`Enter the keys of ${lost.join(", ")} in Langflow: this version of it keeps none.`];
}

function nodesWithKeys(flow: FlowFile): readonly string[] {
  const hasKey = (node: ReturnType<typeof allNodesOf>[number]) =>
    Object.values(templateOf(node)).some((field) => isFields(field) && isSecret(field));
  return allNodesOf(flow)
    .filter(hasKey)
    .map(({ id }) => String(id));
}

export function noVersion(flow: string, version: string): ToolError {
  return new ToolError("NOT_FOUND", `${flow} has no version ${version}.`, "See `flow versions` for those it has.");
}
