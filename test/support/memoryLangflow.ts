import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createFlowFolder } from "../../src/server/app/flowFolder.ts";
import type { LangflowHttp } from "../../src/server/langflow/client/http.ts";
import { parseVersion } from "../../src/server/langflow/client/version.ts";
import { createFlowChanges } from "../../src/server/langflow/flowChanges.ts";
import { createFlowFiles } from "../../src/server/langflow/flowFiles.ts";
import { createFlowHistory } from "../../src/server/langflow/flowHistory.ts";
import { createPythonFiles } from "../../src/server/langflow/pythonFiles.ts";
import { createSyncStore } from "../../src/server/langflow/syncStore.ts";
import { createVersionStore } from "../../src/server/langflow/versionStore.ts";
import type { HttpCall } from "../../src/server/platform/http.ts";
import { HttpFailure } from "../../src/server/platform/http.ts";
import { openWorkspace } from "../../src/server/workspace/workspace.ts";
import { scratchWorkspace } from "./workspaces.ts";

type Fields = Record<string, unknown>;

/** A server that keeps flows as Langflow 1.7 does, without versions, for tests of when it fails. */
export interface MemoryLangflow {
  readonly http: LangflowHttp;
  readonly flows: Map<string, Fields>;
  /** What was asked, such as `PATCH /api/v1/flows/ID`. */
  readonly calls: string[];
  /** Other answers, and what happens meanwhile; undefined for the usual one. */
  before(answer: (call: HttpCall) => unknown): void;
  add(name: string, fields?: Fields): string;
}

export const refuses = (status: number) => new HttpFailure(status, { message: "It refuses.", remedy: "Wait." });

export function memoryLangflow(base: string): MemoryLangflow {
  const flows = new Map<string, Fields>();
  const calls: string[] = [];
  let special: (call: HttpCall) => unknown = () => undefined;

  function usual({ method, path: at, body }: HttpCall): unknown {
    const fields = (body ?? {}) as Fields;
    if (at.startsWith("/api/v1/projects") || at === "/api/v1/variables/") return [];
    if (at === "/api/v1/flows/" && method === "POST") {
      const id = randomUUID();
      flows.set(id, { ...fields, id });
      return flows.get(id);
    }
    if (at.startsWith("/api/v1/flows/?")) return [...flows.values()];
    const id = /^\/api\/v1\/flows\/([^/]+)$/.exec(at)?.[1] ?? "";
    if (method === "PUT" && id !== "") throw refuses(405);
    const flow = flows.get(id);
    if (!flow) throw refuses(404);
    if (method === "DELETE") flows.delete(id);
    if (method === "PATCH") flows.set(id, { ...flow, ...fields });
    return flows.get(id) ?? {};
  }

  async function answer(call: HttpCall): Promise<unknown> {
    calls.push(`${call.method} ${call.path}`);
    const other: unknown = await special(call);
    // A copy, as it comes over the wire.
    return JSON.parse(JSON.stringify(other ?? usual(call))) as unknown;
  }

  const never = () => {
    throw new Error("not asked for");
  };
  return {
    flows,
    calls,
    before: (other) => {
      special = other;
    },
    add(name, fields = {}) {
      const id = randomUUID();
      flows.set(id, { id, name, description: "", data: graph("apples"), ...fields });
      return id;
    },
    http: {
      base,
      json: async (call, schema) => schema.parse(await answer(call)),
      text: async (call) => JSON.stringify(await answer(call)),
      bytes: async (call) => {
        await answer(call);
        return new Uint8Array();
      },
      lines: never,
      close: () => Promise.resolve(),
    },
  };
}

/** A flow of one component with a text, a key, and the name of a variable. */
export function graph(text: string) {
  const template = {
    text: { type: "str", value: text },
    api_key: { type: "str", password: true, load_from_db: false, value: "sk-not-a-real-key" },
    token: { type: "str", password: true, load_from_db: true, value: "CIDER_TOKEN" },
  };
  return { nodes: [{ id: "Press-1", data: { type: "Press", node: { template } } }], edges: [] };
}

/** The services of flows over folders and a server in memory, with their stores. */
export async function openFlowParts(server: MemoryLangflow, { roots = 1 } = {}) {
  const scratch = await Promise.all(
    Array.from({ length: roots }, (_, at) => scratchWorkspace({}, { git: false, name: `root${String(at + 1)}` })),
  );
  const data = await mkdtemp(path.join(tmpdir(), "lfc-parts-"));
  const workspace = await openWorkspace(scratch.map(({ folder }) => folder));
  const synced = createSyncStore(path.join(data, "synced"));
  const settings = { python: false };
  const pythonFiles = createPythonFiles({
    folder: createFlowFolder(workspace),
    synced,
    pythonFiles: () => settings.python,
  });
  const { folder } = pythonFiles;
  const versions = createVersionStore(path.join(data, "versions"));
  let connected = server;
  const version = parseVersion({ version: "0.7.3", package: "Langflow Base" });
  const connection = { use: () => Promise.resolve({ http: connected.http, version, serverName: "" }) };
  const flowFiles = createFlowFiles({ connection, folder, synced, versions });
  return {
    folders: scratch.map((each) => each.folder),
    data,
    folder,
    synced,
    versions,
    settings,
    pythonFiles,
    flowFiles,
    flowChanges: createFlowChanges({ connection, flowFiles, folder, synced }),
    flowHistory: createFlowHistory({ connection, flowFiles, versions, synced }),
    connect: (to: MemoryLangflow) => {
      connected = to;
    },
    async close() {
      await Promise.all(scratch.map((each) => each.remove()));
      await rm(data, { recursive: true, force: true });
    },
  };
}
