import type { FlowNeed } from "../../../protocol/flowNeeds.ts";
import { differentComponents } from "../../flows/files/flowNeeds.ts";
import type { Wanted } from "../../flows/files/flowNeeds.ts";
import type { FlowFile } from "../../flows/files/flowFile.ts";
import { readCatalogue } from "../client/components.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";
import { createServerParts } from "../client/serverParts.ts";
import type { McpEntry } from "../client/serverParts.ts";
import { readableVariables } from "./variableNames.ts";

interface Question {
  readonly flow: Pick<FlowFile, "fields">;
  readonly wanted: readonly Wanted[];
  /** The server that is asked. */
  readonly target: LangflowHttp;
  /** The one that the flow comes from: what both have can be compared. */
  readonly source?: LangflowHttp;
  readonly signal: AbortSignal;
}

type Answer = Pick<FlowNeed, "state" | "note">;
type Judge = (wanted: Wanted) => Answer | Promise<Answer>;

/** What a flow uses of a server, each present, missing or different there. Asks only for what the flow uses. */
export async function needsOn(question: Question): Promise<readonly FlowNeed[]> {
  const { flow, wanted, target, signal } = question;
  const judges = await judgesFor(question);
  const needs = await Promise.all(
    wanted.map(async (one): Promise<FlowNeed> => {
      const { kind, name, usedBy, here } = one;
      return { kind, name, usedBy, ...(here !== undefined && { here }), ...(await judges[kind](one)) };
    }),
  );
  const components = differentComponents(flow, await readCatalogue(target, signal)).map(
    ({ kind, name, usedBy, missing }): FlowNeed => ({
      ...{ kind, name, usedBy },
      ...(missing
        ? { state: "missing", note: "Install its package or bundle on that server." }
        : { state: "different", note: "The server has another version of it; the flow brings its own code." }),
    }),
  );
  return [...needs, ...components];
}

async function judgesFor({ wanted, target, source, signal }: Question): Promise<Record<FlowNeed["kind"], Judge>> {
  const uses = (kind: FlowNeed["kind"]) => wanted.some((one) => one.kind === kind);
  const parts = createServerParts(target);
  const origin = source && createServerParts(source);
  const [variables, files, originFiles, bases, originBases, providers, flows] = await Promise.all([
    uses("variable") ? readableVariables(target, signal) : undefined,
    uses("file") ? parts.files(signal) : undefined,
    uses("file") ? origin?.files(signal) : undefined,
    uses("knowledgeBase") ? parts.knowledgeBases(signal) : undefined,
    uses("knowledgeBase") ? origin?.knowledgeBases(signal) : undefined,
    uses("provider") ? parts.providers(signal) : undefined,
    uses("flow") ? createFlowTexts(target).list(signal) : undefined,
  ]);
  return {
    variable({ name }) {
      if (!variables) return missing("That Langflow does not let this login list its global variables.");
      const found = variables.get(name);
      if (!found) return missing("Create the global variable there.");
      return found.has_value === false ? missing("It exists there, but has no value.") : present;
    },
    key: () => missing("Keys are never copied: type it there."),
    file({ name, here = name }) {
      if (!files) return missing("That Langflow has no list of files.");
      if (files.some(({ path }) => path === name)) return present;
      const there = files.find(({ path }) => fileName(path) === fileName(name));
      if (!there) return missing("Upload the file there.");
      const size = originFiles?.find(({ path }) => path === here)?.size;
      const isSame = typeof size === "number" && size === there.size;
      return isSame ? present : different("A file of that name is there; whether it is the same is unknown.");
    },
    async mcpServer({ name, here: nameHere = name, entry }) {
      const there = await parts.mcpServer(name, signal);
      if (!there) return missing("Add the MCP server there.");
      const here = (await origin?.mcpServer(nameHere, signal)) ?? entry;
      return here === undefined || sameMcpServer(here, there)
        ? present
        : different("The MCP server of that name leads elsewhere.");
    },
    knowledgeBase({ name, here = name }) {
      const there = bases?.find((each) => isCalled(each, name));
      if (!there) return missing("Create the knowledge base there, and fill it.");
      const model = originBases?.find((each) => isCalled(each, here))?.embedding_model;
      const isSame = typeof model !== "string" || model === there.embedding_model;
      return isSame ? present : different("It was made with another embedding model.");
    },
    flow({ name, id }) {
      if (id !== undefined && flows?.some((each) => each.id === id)) return present;
      const there = flows?.filter((each) => each.name === name) ?? [];
      if (there.length === 0) return missing("Push or promote the flow that it runs first.");
      return id === undefined ? present : different("A flow of that name is there under another id.");
    },
    provider({ name }) {
      if (providers?.[name] === true) return present;
      // A version without model providers keeps keys in the components.
      return providers ? missing("Set its API key there under Settings > Model Providers.") : present;
    },
    component: () => present,
  };
}

const present: Answer = { state: "present" };
const missing = (note: string): Answer => ({ state: "missing", note });
const different = (note: string): Answer => ({ state: "different", note });

/** Its folder has the name with underscores. */
function isCalled(base: { name: string; dir_name?: string | null | undefined }, name: string): boolean {
  return base.name === name || base.dir_name === name;
}

/** Only by what leads to it: what is secret is masked, or not there. */
function sameMcpServer(one: McpEntry, other: McpEntry): boolean {
  const parts = ({ url, command, args }: McpEntry) => JSON.stringify([url ?? "", command ?? "", args ?? []]);
  return parts(one) === parts(other);
}

export function fileName(path: string): string {
  return path.split("/").at(-1) ?? path;
}
