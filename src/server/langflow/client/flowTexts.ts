import { randomUUID } from "node:crypto";
import { z } from "zod";
import { parseExact } from "../../flows/files/exactJson.ts";
import { flowOfAnswer, flowsOfAnswer, isFields } from "../../flows/files/flowFile.ts";
import type { ServerFlow } from "../../flows/files/flowFile.ts";
import { ToolError } from "../../platform/errors.ts";
import { HttpFailure, statusOf } from "../../platform/http.ts";
import type { LangflowHttp } from "./http.ts";

const Header = z.looseObject({
  id: z.string(),
  name: z.string(),
  folder_id: z.string().nullish(),
  endpoint_name: z.string().nullish(),
  mcp_enabled: z.boolean().nullish(),
  a2a_enabled: z.boolean().nullish(),
  flow_type: z.string().nullish(),
  updated_at: z.string().nullish(),
});
export type FlowHeader = z.output<typeof Header>;
const Project = z.looseObject({ id: z.string(), name: z.string() });

export interface FlowTexts {
  readonly base: string;
  list(signal: AbortSignal): Promise<readonly FlowHeader[]>;
  /** Name by id. */
  projects(signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** All that `list` lists, whole. */
  all(signal: AbortSignal): Promise<readonly ServerFlow[]>;
  get(id: string, signal: AbortSignal): Promise<ServerFlow>;
  find(id: string, signal: AbortSignal): Promise<ServerFlow | undefined>;
  /** All that Langflow has of a flow, as it answers it. */
  whole(id: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /** Fails when another flow has the name or the name of the endpoint: Langflow would change it and say nothing. */
  checkFree(wanted: Names, signal: AbortSignal): Promise<void>;
  /** Creates the flow, with its id where Langflow takes one; never replaces one that is there. */
  create(id: string, fields: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<ServerFlow>;
  /** The flow as it is then. */
  update(id: string, change: object, options: UpdateOptions): Promise<ServerFlow>;
  remove(id: string, signal: AbortSignal): Promise<void>;
}

interface Names {
  /** The flow that may have them. */
  readonly id: string;
  readonly name?: unknown;
  readonly endpoint?: unknown;
}

interface UpdateOptions {
  readonly versionToken: string | undefined;
  readonly signal: AbortSignal;
}

/** Flows whole and exact, as files need them. */
export function createFlowTexts(http: LangflowHttp): FlowTexts {
  const at = (id: string) => `/api/v1/flows/${encodeURIComponent(id)}`;

  const list = (signal: AbortSignal) =>
    http.json(
      {
        method: "GET",
        path: "/api/v1/flows/?get_all=true&header_flows=true&remove_example_flows=true",
        signal,
      },
      z.array(Header),
    );

  async function find(id: string, signal: AbortSignal): Promise<ServerFlow | undefined> {
    try {
      return flowOfAnswer(await http.text({ method: "GET", path: at(id), signal }));
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      if (error instanceof ToolError && error.code === "NOT_FOUND") return undefined;
      // Langflow 1.7 answers with its web page, and so does a proxy whose Langflow is gone: the list knows.
      if ((await list(signal)).some((flow) => flow.id === id)) throw error;
      return undefined;
    }
  }

  async function get(id: string, signal: AbortSignal): Promise<ServerFlow> {
    const flow = await find(id, signal);
    if (flow) return flow;
    throw new ToolError("NOT_FOUND", "The flow no longer exists in Langflow.", "See `flow status`.");
  }

  async function checkFree({ id, name, endpoint }: Names, signal: AbortSignal): Promise<void> {
    const others = (await list(signal)).filter((flow) => flow.id !== id);
    const isTaken = (what: "name" | "endpoint_name", value: unknown) =>
      typeof value === "string" && value !== "" && others.some((flow) => flow[what] === value);
    if (isTaken("name", name)) throw taken("name", name);
    if (isTaken("endpoint_name", endpoint)) throw taken("endpoint name", endpoint);
  }

  return {
    base: http.base,
    list,
    async projects(signal) {
      const all = await http.json({ method: "GET", path: "/api/v1/projects/", signal }, z.array(Project));
      return new Map(all.map(({ id, name }) => [id, name]));
    },
    async all(signal) {
      const path = "/api/v1/flows/?get_all=true&remove_example_flows=true";
      return flowsOfAnswer(await http.text({ method: "GET", path, signal }));
    },
    find,
    get,
    checkFree,
    async whole(id, signal) {
      await get(id, signal);
      const answer = parseExact(await http.text({ method: "GET", path: at(id), signal }));
      return isFields(answer) ? answer : {};
    },
    async create(id, fields, signal) {
      await checkFree({ id, name: fields["name"], endpoint: fields["endpoint_name"] }, signal);
      // A token that no flow has: where one of this id appeared meanwhile, Langflow refuses.
      const headers = { "if-match": randomUUID() };
      try {
        return flowOfAnswer(await http.text({ method: "PUT", path: at(id), body: fields, signal, headers }));
      } catch (error) {
        if (error instanceof HttpFailure && error.status === 404 && error.detail === "Flow not found") throw notOurs();
        if (statusOf(error) !== 405) throw error;
        return flowOfAnswer(await http.text({ method: "POST", path: "/api/v1/flows/", body: fields, signal }));
      }
    },
    async update(id, change, { versionToken, signal }) {
      const headers = versionToken === undefined ? {} : { headers: { "if-match": versionToken } };
      return flowOfAnswer(await http.text({ method: "PATCH", path: at(id), body: change, signal, ...headers }));
    },
    async remove(id, signal) {
      await http.text({ method: "DELETE", path: at(id), signal });
    },
  };
}

/** Langflow publishes over A2A only what is an agent, whatever the switch of a plain workflow says. */
export function isA2aAgent({ a2a_enabled: enabled, flow_type: type }: FlowHeader): boolean {
  return enabled === true && type === "agent";
}

/** Langflow shows a user no flow of another one, but takes its id for no second one. */
function notOurs(): ToolError {
  return new ToolError(
    "NOT_PERMITTED",
    "Langflow has a flow of this id that belongs to another user, so nothing was written.",
    "Connect with a key of that user; for a flow of your own, give the file another id.",
  );
}

/**
 * What every change of a flow must name besides: Langflow 1.7 empties the name of the endpoint otherwise. One that knows
 * versions of flows does not, and there it could undo what somebody changed since the flow was read.
 */
export function alsoSent({ fields, versionToken }: ServerFlow): object {
  return versionToken === undefined ? { endpoint_name: fields["endpoint_name"] } : {};
}

function taken(what: string, value: unknown): ToolError {
  return new ToolError(
    "NAME_TAKEN",
    `Langflow has another flow with the ${what} ${JSON.stringify(value)}.`,
    `Choose another ${what}, then try again.`,
  );
}
