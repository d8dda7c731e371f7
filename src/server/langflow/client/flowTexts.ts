import { z } from "zod";
import { flowOfAnswer } from "../../flows/files/flowFile.ts";
import type { FlowFile } from "../../flows/files/flowFile.ts";
import { ToolError } from "../../platform/errors.ts";
import { statusOf } from "../../platform/http.ts";
import type { LangflowHttp } from "./http.ts";

const Header = z.looseObject({ id: z.string(), name: z.string(), folder_id: z.string().nullish() });
const Project = z.looseObject({ id: z.string(), name: z.string() });

/** A flow of the server, and the token by which a later write finds out whether somebody wrote in between. */
export interface ServerFlow extends FlowFile {
  readonly versionToken: string | undefined;
}

export interface FlowTexts {
  readonly base: string;
  list(signal: AbortSignal): Promise<readonly z.output<typeof Header>[]>;
  /** Name by id. */
  projects(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  get(id: string, signal: AbortSignal): Promise<ServerFlow>;
  find(id: string, signal: AbortSignal): Promise<ServerFlow | undefined>;
  /** Creates the flow; with its id where Langflow takes one. Answers the id that it has. */
  create(id: string, fields: object, signal: AbortSignal): Promise<string>;
  update(id: string, change: object, options: { versionToken: string | undefined; signal: AbortSignal }): Promise<void>;
}

/** Flows whole and exact, as files need them. */
export function createFlowTexts(http: LangflowHttp): FlowTexts {
  const at = (id: string) => `/api/v1/flows/${encodeURIComponent(id)}`;

  async function find(id: string, signal: AbortSignal): Promise<ServerFlow | undefined> {
    try {
      const text = await http.text({ method: "GET", path: at(id), signal });
      const token = z.looseObject({ version_token: z.string().nullish() }).safeParse(JSON.parse(text)).data;
      return { ...flowOfAnswer(text), versionToken: token?.version_token ?? undefined };
    } catch (error) {
      if (statusOf(error) === 404 || statusOf(error) === 422) return undefined;
      throw error;
    }
  }

  return {
    base: http.base,
    list: (signal) =>
      http.json(
        {
          method: "GET",
          path: "/api/v1/flows/?get_all=true&header_flows=true&remove_example_flows=true",
          signal,
        },
        z.array(Header),
      ),
    async projects(signal) {
      const list = await http.json({ method: "GET", path: "/api/v1/projects/", signal }, z.array(Project));
      return new Map(list.map(({ id, name }) => [id, name]));
    },
    find,
    async get(id, signal) {
      const flow = await find(id, signal);
      if (flow) return flow;
      throw new ToolError("NOT_FOUND", "The flow no longer exists in Langflow.", "See `flow list`.");
    },
    async create(id, fields, signal) {
      const answer = z.looseObject({ id: z.string() });
      try {
        return (await http.json({ method: "PUT", path: at(id), body: fields, signal }, answer)).id;
      } catch (error) {
        if (statusOf(error) !== 405) throw error;
        return (await http.json({ method: "POST", path: "/api/v1/flows/", body: fields, signal }, answer)).id;
      }
    },
    async update(id, change, { versionToken, signal }) {
      const headers = versionToken === undefined ? {} : { headers: { "if-match": versionToken } };
      await http.json({ method: "PATCH", path: at(id), body: change, signal, ...headers }, z.looseObject({}));
    },
  };
}
