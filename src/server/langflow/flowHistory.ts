import type { ChangedFlow, FlowVersion, FlowVersions } from "../../protocol/flowChanges.ts";
import { compareFiles } from "../flows/files/compareFiles.ts";
import { fingerprint, plainText, readFlowFile } from "../flows/files/flowFile.ts";
import type { ServerFlow } from "../flows/files/flowFile.ts";
import { ToolError } from "../platform/errors.ts";
import { createFlowTexts } from "./client/flowTexts.ts";
import type { Connection } from "./connection.ts";
import type { Asked, FlowFiles, KnownFlow } from "./flowFiles.ts";
import { beforePush, createVersions, noVersion } from "./versions.ts";
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
}

export function createFlowHistory({ connection, flowFiles, versions: store }: FlowHistoryDeps): FlowHistory {
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
      const version = versionOf(await versions.list(flow.id, asked.signal), now.name, name);
      if (!overwrite && !isKnown(flow, now, reviewed)) throw changedThere(flow, now);
      const { notes } = await versions.takeBack(version, now, asked.signal);
      return { ...factsOf(server.base, flow, now), notes: [`It is ${version.name} again.`, ...notes] };
    },
  };
}

function factsOf(base: string, { id, path }: KnownFlow, { name }: ServerFlow) {
  return { id, name, url: `${base}/flow/${id}`, ...(path !== undefined && { path }) };
}

/** Whether nothing is in Langflow that the user has not seen: by the review, else by what was pulled or pushed last. */
function isKnown({ base, path }: KnownFlow, now: ServerFlow, reviewed: string | undefined): boolean {
  const text = plainText(now);
  if (reviewed !== undefined) return reviewed === fingerprint(text);
  return path === undefined || base === text;
}

function changedThere({ base, path = "" }: KnownFlow, now: ServerFlow): ToolError {
  const lines = base === undefined ? [] : compareFiles(readFlowFile(path, base), now);
  const more = lines.length > 5 ? `; and ${String(lines.length - 5)} more` : "";
  const shown = lines.length === 0 ? "" : `: ${lines.slice(0, 5).join("; ")}${more}`;
  return new ToolError(
    "CONFLICT",
    `${now.name} was changed in Langflow since it was pulled or pushed${shown}.`,
    "Pull it first, or take it back with --overwrite: what Langflow has now becomes a version.",
    { reviewed: fingerprint(plainText(now)) },
  );
}

function versionOf(versions: readonly FlowVersion[], flow: string, wanted: string | undefined): FlowVersion {
  const found =
    wanted === undefined
      ? versions.find(({ description }) => description === beforePush)
      : versions.find(({ id, name }) => id === wanted || name === wanted || name === `v${wanted}`);
  if (found) return found;
  if (wanted !== undefined) throw noVersion(flow, wanted);
  throw new ToolError(
    "NOT_FOUND",
    `Langflow has no version of ${flow} that a push from here replaced.`,
    "See `flow versions` for those it has.",
  );
}
