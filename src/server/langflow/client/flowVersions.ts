import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { flowOfAnswer, isFields } from "../../flows/files/flowFile.ts";
import type { ServerFlow } from "../../flows/files/flowFile.ts";
import { parseExact } from "../../flows/files/exactJson.ts";
import { statusOf } from "../../platform/http.ts";
import type { LangflowHttp } from "./http.ts";

const Version = z.looseObject({
  id: z.string(),
  version_number: z.int(),
  description: z.string().nullish(),
  created_at: z.string(),
});
export type ServerVersion = z.output<typeof Version>;

/** Langflow's own versions of a flow: its graph alone, without name and settings. */
export interface ServerVersions {
  /** The newest first; undefined where Langflow keeps none, as before 1.13 and for a flow of another user. */
  list(flow: string, signal: AbortSignal): Promise<readonly ServerVersion[] | undefined>;
  /** Of the flow as it is now; undefined as above. */
  create(flow: string, description: string, signal: AbortSignal): Promise<ServerVersion | undefined>;
  /** The graph, without keys. */
  data(flow: string, version: string, signal: AbortSignal): Promise<unknown>;
  /** Makes it the flow's graph, keys included; what it replaces becomes a version. */
  activate(flow: string, version: string, options: ActivateOptions): Promise<ServerFlow>;
}

interface ActivateOptions {
  readonly versionToken: string | undefined;
  readonly signal: AbortSignal;
}

export function createServerVersions(http: LangflowHttp): ServerVersions {
  const at = (flow: string) => `/api/v1/flows/${encodeURIComponent(flow)}/versions/`;
  return {
    list: (flow, signal) =>
      whereKnown(async () => {
        const call = { method: "GET", path: `${at(flow)}?limit=100`, signal } as const;
        return (await http.json(call, z.looseObject({ entries: z.array(Version) }))).entries;
      }),
    create: (flow, description, signal) =>
      whereKnown(() =>
        whenFree(() => {
          // One version too many does no harm.
          const call = { method: "POST", path: at(flow), body: { description }, repeatable: true, signal } as const;
          return http.json(call, Version);
        }, signal),
      ),
    async data(flow, version, signal) {
      const path = `${at(flow)}${encodeURIComponent(version)}`;
      const answer = parseExact(await http.text({ method: "GET", path, signal }));
      return isFields(answer) ? answer["data"] : undefined;
    },
    async activate(flow, version, { versionToken, signal }) {
      const path = `${at(flow)}${encodeURIComponent(version)}/activate`;
      const headers = versionToken === undefined ? {} : { headers: { "if-match": versionToken } };
      return flowOfAnswer(await http.text({ method: "POST", path, signal, ...headers }));
    },
  };
}

/** Of two versions that are made at the same moment, Langflow gives both one number and fails with one of them. */
async function whenFree<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (statusOf(error) !== 500 || attempt === 4) throw error;
      await sleep(attempt * (50 + Math.random() * 50), undefined, { signal });
    }
  }
}

async function whereKnown<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 405) return undefined;
    throw error;
  }
}
