import type { ChangedFlow, FlowVersion, FlowVersions } from "../../protocol/flowChanges.ts";
import { compareFiles } from "../flows/files/compareFiles.ts";
import { fingerprint, plainText, readFlowFile } from "../flows/files/flowFile.ts";
import type { ServerFlow } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";
import type { Asked } from "./bothSides.ts";
import type { FlowFiles, KnownFlow } from "./flowFiles.ts";
import { lastPushTo } from "./syncStore.ts";
import type { SyncStore } from "./syncStore.ts";
import { beforeKeys, beforePush, createVersions, noVersion } from "./versions.ts";
import type { Versions } from "./versions.ts";
import type { VersionStore } from "./versionStore.ts";

/** What flows of the connected Langflow were, and making them so again. A flow is named by its id, its name or its file. */
export interface FlowHistory {
  versions(flow: string, asked: Asked): Promise<FlowVersions>;
  /** A flow as it was, as its file would be. */
  versionText(flow: string, version: string, asked: Asked): Promise<string>;
  /** Makes a flow what it was; refuses with CONFLICT when Langflow has a change that nobody here knows. */
  restore(flow: string, asked: Restoring): Promise<ChangedFlow>;
}

interface Restoring extends Asked {
  /** Without one, what the last push replaced. */
  readonly version?: string;
  readonly overwrite: boolean;
  /** Fingerprint of the state that may be replaced. */
  readonly reviewed?: string;
}

export interface FlowHistoryDeps {
  readonly connection: Pick<Connection, "use">;
  readonly flowFiles: FlowFiles;
  readonly versions: VersionStore;
  readonly synced: SyncStore;
}

export function createFlowHistory({ connection, flowFiles, versions: store, synced }: FlowHistoryDeps): FlowHistory {
  /** A version is kept before the push is tried: one that is what Langflow has now is of a push that was refused. */
  async function beforeLastPush(
    versions: Versions,
    all: readonly FlowVersion[],
    { now, signal }: { readonly now: ServerFlow; readonly signal: AbortSignal },
  ): Promise<FlowVersion> {
    const text = plainText(now);
    for (const version of all) {
      if (version.description === beforeKeys) return version;
      if (version.description !== beforePush) continue;
      if (plainText(await versions.flowOf(version, now, signal)) !== text) return version;
    }
    throw new ToolError(
      "NOT_FOUND",
      `Langflow has no version of ${now.name} that a push from here replaced.`,
      "See `flow versions` for those it has.",
    );
  }

  async function open(wanted: string, asked: Asked) {
    const flow = await flowFiles.find(wanted, asked);
    const { http } = await connection.use();
    const server = createFlowTexts(http);
    return { flow, server, now: await server.get(flow.id, asked.signal), versions: createVersions(http, store) };
  }

  return {
    async versions(wanted, asked) {
      const { flow, now, versions } = await open(wanted, asked);
      const found = await versions.list(flow.id, asked.signal);
      return { id: flow.id, name: now.name, reviewed: fingerprint(plainText(now)), versions: found };
    },

    async versionText(wanted, name, asked) {
      const { flow, now, versions } = await open(wanted, asked);
      const version = versionOf(await versions.list(flow.id, asked.signal), now.name, name);
      return plainText(await versions.flowOf(version, now, asked.signal));
    },

    async restore(wanted, { version: name, overwrite, reviewed, ...asked }) {
      const { flow, server, now, versions } = await open(wanted, asked);
      const all = await versions.list(flow.id, asked.signal);
      const version =
        name === undefined
          ? await beforeLastPush(versions, all, { now, signal: asked.signal })
          : versionOf(all, now.name, name);
      const known = flow.path === undefined ? await synced.read(lastPushTo(server.base), flow.id) : flow.base;
      if (!overwrite && !isKnown(known, now, reviewed)) throw changedThere(known, now);
      const { notes } = await versions.takeBack(version, now, asked.signal);
      return { ...factsOf(server.base, flow, now), notes: [`It is ${version.name} again.`, ...notes] };
    },
  };
}

function factsOf(base: string, { id, path }: KnownFlow, { name }: ServerFlow) {
  return { id, name, url: `${base}/flow/${id}`, ...(path !== undefined && { path }) };
}

/** Whether nothing is in Langflow that the user has not seen: by the review, else by what was pulled or pushed last. */
function isKnown(known: string | undefined, now: ServerFlow, reviewed: string | undefined): boolean {
  const text = plainText(now);
  return reviewed === undefined ? known === text : reviewed === fingerprint(text);
}

function changedThere(known: string | undefined, now: ServerFlow): ToolError {
  const lines = known === undefined ? [] : compareFiles(readFlowFile(now.name, known), now);
  const more = lines.length > 5 ? `; and ${String(lines.length - 5)} more` : "";
  const shown = lines.length === 0 ? "" : `: ${lines.slice(0, 5).join("; ")}${more}`;
  return new ToolError(
    "CONFLICT",
    known === undefined
      ? `Nobody here knows what Langflow has of ${now.name}.`
      : `${now.name} was changed in Langflow since it was pulled or pushed${shown}.`,
    "Pull it first, or take it back with --overwrite: what Langflow has now becomes a version.",
    { reviewed: fingerprint(plainText(now)) },
  );
}

function versionOf(versions: readonly FlowVersion[], flow: string, wanted: string): FlowVersion {
  const found = versions.find(({ id, name }) => id === wanted || name === wanted || name === `v${wanted}`);
  if (!found) throw noVersion(flow, wanted);
  return found;
}
