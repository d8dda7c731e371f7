import { z } from "zod";
import { FlowData } from "../../flows/model.ts";
import type { LangflowHttp } from "./http.ts";
import { statusOf } from "../../platform/http.ts";

const FlowHeader = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  /** Whether Langflow offers it as a tool, and how it calls it there. */
  mcp_enabled: z.boolean().nullish(),
  action_name: z.string().nullish(),
  action_description: z.string().nullish(),
  updated_at: z.string().nullish(),
});
export type FlowHeader = z.output<typeof FlowHeader>;

const Flow = FlowHeader.extend({ data: FlowData.nullish(), version_token: z.string().nullish() });
export type Flow = z.output<typeof Flow>;

export interface NewFlow {
  readonly name: string;
  readonly description: string;
  readonly data: FlowData;
}

export interface FlowChange {
  readonly id: string;
  readonly description: string;
  readonly data: FlowData;
  /** Of the flow as it was read: 1.13 refuses with 409 when somebody wrote in between; older ones ignore it. */
  readonly versionToken: string | undefined;
}

export interface Flows {
  list(signal: AbortSignal): Promise<readonly FlowHeader[]>;
  get(id: string, signal: AbortSignal): Promise<Flow | undefined>;
  create(flow: NewFlow, signal: AbortSignal): Promise<FlowHeader>;
  update(change: FlowChange, signal: AbortSignal): Promise<FlowHeader>;
}

export function createFlows(http: LangflowHttp): Flows {
  return {
    list: (signal) =>
      http.json({ method: "GET", path: "/api/v1/flows/?get_all=true&header_flows=true", signal }, z.array(FlowHeader)),
    async get(id, signal) {
      try {
        return await http.json({ method: "GET", path: `/api/v1/flows/${encodeURIComponent(id)}`, signal }, Flow);
      } catch (error) {
        if (statusOf(error) === 404 || statusOf(error) === 422) return undefined;
        throw error;
      }
    },
    create: (flow, signal) => http.json({ method: "POST", path: "/api/v1/flows/", body: flow, signal }, FlowHeader),
    update: ({ id, description, data, versionToken }, signal) =>
      http.json(
        {
          method: "PATCH",
          path: `/api/v1/flows/${encodeURIComponent(id)}`,
          body: { description, data },
          signal,
          ...(versionToken !== undefined && { headers: { "if-match": versionToken } }),
        },
        FlowHeader,
      ),
  };
}
