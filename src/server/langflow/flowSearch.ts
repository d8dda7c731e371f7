import MiniSearch from "minisearch";
import type { FlowMatch } from "../../protocol/serverFlows.ts";
import { proseOf } from "../flows/marker.ts";
import type { FlowNode } from "../flows/model.ts";
import { inParallel } from "../platform/inParallel.ts";
import { termOf, wordsOf } from "../platform/searchWords.ts";
import { createFlows } from "./client/flows.ts";
import type { FlowHeader, Flows } from "./client/flows.ts";
import type { LangflowHttp } from "./client/http.ts";

const mostFound = 10;
/** Of a flow without a description, its components say what it is for; more of them are known by their names alone. */
const mostRead = 50;

interface Text {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly components: string;
}

/** The flows that fit words of a task, best first, ranked by BM25 over names, descriptions and names of components. */
export async function searchFlows(
  http: LangflowHttp,
  task: string,
  signal: AbortSignal,
): Promise<readonly FlowMatch[]> {
  const flows = createFlows(http);
  const headers = await flows.list(signal);
  const silent = headers.filter((header) => descriptionOf(header) === "").slice(0, mostRead);
  const read = await inParallel(silent, async ({ id }) => [id, await componentsOf(flows, id, signal)] as const);
  const components = new Map(read);
  const index = new MiniSearch<Text>({
    fields: ["name", "description", "components"],
    tokenize: wordsOf,
    processTerm: termOf,
    searchOptions: { boost: { name: 1.5, components: 0.5 } },
  });
  const byId = new Map(headers.map((header) => [header.id, header]));
  index.addAll(
    headers.map((header) => ({
      id: header.id,
      name: header.name,
      description: descriptionOf(header),
      components: components.get(header.id) ?? "",
    })),
  );
  return index.search(task).flatMap(({ id }, at) => {
    const header = at < mostFound ? byId.get(String(id)) : undefined;
    if (!header) return [];
    const { name } = header;
    return [{ id: header.id, name, url: `${http.base}/flow/${header.id}`, description: descriptionOf(header) }];
  });
}

function descriptionOf({ description, action_description: action }: FlowHeader): string {
  return [proseOf(description), action?.trim() ?? ""].filter((text) => text !== "").join(" ");
}

async function componentsOf(flows: Flows, id: string, signal: AbortSignal): Promise<string> {
  const flow = await flows.get(id, signal);
  return (flow?.data?.nodes ?? []).map(wordsOfNode).join(" ");
}

/** A note says what the flow is for. */
function wordsOfNode({ data: { node, type } }: FlowNode): string {
  const words = type === "note" ? [node?.["description"]] : [node?.["display_name"], type];
  return words.filter((word) => typeof word === "string").join(" ");
}
