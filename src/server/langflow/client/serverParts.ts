import { z } from "zod";
import { statusOf } from "../../platform/http.ts";
import type { LangflowHttp } from "./http.ts";

// What a flow can use of a server, as its lists have it. A part that a version lacks is undefined.

const Variable = z.looseObject({
  name: z.string().nullish(),
  default_fields: z.array(z.string()).nullish(),
  /** Newer versions say whether it contains something; values of credentials are never sent. */
  has_value: z.boolean().nullish(),
});
const StoredFile = z.looseObject({ id: z.string(), name: z.string(), path: z.string(), size: z.int().nullish() });
export type StoredFile = z.output<typeof StoredFile>;
const FilesOfFlow = z.looseObject({ files: z.array(z.string()) });
const KnowledgeBase = z.looseObject({
  name: z.string(),
  dir_name: z.string().nullish(),
  embedding_model: z.string().nullish(),
});
const Providers = z.looseObject({ provider_status: z.record(z.string(), z.boolean()) });
const McpEntry = z.looseObject({}).nullable();

export type McpEntry = Readonly<Record<string, unknown>>;

export interface ServerParts {
  variables(signal: AbortSignal): Promise<ReadonlyMap<string, z.output<typeof Variable>>>;
  files(signal: AbortSignal): Promise<readonly StoredFile[] | undefined>;
  download(file: StoredFile, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  upload(name: string, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<StoredFile>;
  /** Paths of what was uploaded to a flow's own folder, as older versions and chats do. */
  filesOfFlow(id: string, signal: AbortSignal): Promise<readonly string[]>;
  downloadOfFlow(path: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  knowledgeBases(signal: AbortSignal): Promise<readonly z.output<typeof KnowledgeBase>[] | undefined>;
  /** Whether each provider of models has its key. */
  providers(signal: AbortSignal): Promise<Readonly<Record<string, boolean>> | undefined>;
  /** As Langflow shows it: newer versions mask what is secret. */
  mcpServer(name: string, signal: AbortSignal): Promise<McpEntry | undefined>;
  addMcpServer(name: string, entry: McpEntry, signal: AbortSignal): Promise<void>;
}

export function createServerParts(http: LangflowHttp): ServerParts {
  const get = <Schema extends z.ZodType>(path: string, schema: Schema, signal: AbortSignal) =>
    http.json({ method: "GET", path, signal }, schema);
  const known = <Schema extends z.ZodType>(path: string, schema: Schema, signal: AbortSignal) =>
    get(path, schema, signal).catch(noneWhereUnknown);
  const mcpPath = (name: string) => `/api/v2/mcp/servers/${encodeURIComponent(name)}`;

  return {
    async variables(signal) {
      const all = await get("/api/v1/variables/", z.array(Variable), signal);
      return new Map(all.map((variable) => [variable.name ?? "", variable]));
    },
    files: (signal) => known("/api/v2/files", z.array(StoredFile), signal),
    download: ({ id }, signal) =>
      http.bytes({ method: "GET", path: `/api/v2/files/${encodeURIComponent(id)}`, signal }),
    upload(name, bytes, signal) {
      const upload = { field: "file", name, bytes };
      return http.json({ method: "POST", path: "/api/v2/files", upload, signal }, StoredFile);
    },
    async filesOfFlow(id, signal) {
      const answer = await known(`/api/v1/files/list/${encodeURIComponent(id)}`, FilesOfFlow, signal);
      return answer?.files.map((name) => `${id}/${name}`) ?? [];
    },
    downloadOfFlow(path, signal) {
      const at = path.split("/").map(encodeURIComponent).join("/");
      return http.bytes({ method: "GET", path: `/api/v1/files/download/${at}`, signal });
    },
    knowledgeBases: (signal) => known("/api/v1/knowledge_bases", z.array(KnowledgeBase), signal),
    async providers(signal) {
      return (await known("/api/v1/models/enabled_providers", Providers, signal))?.provider_status;
    },
    async mcpServer(name, signal) {
      return (await known(mcpPath(name), McpEntry, signal)) ?? undefined;
    },
    async addMcpServer(name, entry, signal) {
      await http.json({ method: "POST", path: mcpPath(name), body: entry, signal }, z.unknown());
    },
  };
}

function noneWhereUnknown(error: unknown): undefined {
  if (statusOf(error) === 404 || statusOf(error) === 405) return undefined;
  throw error;
}
