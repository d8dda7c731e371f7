import { flowChecker } from "../flows/check/checkFlow.ts";
import type { FlowChecker, KnownLangflow } from "../flows/check/checkFlow.ts";
import { knownComponents } from "../flows/check/knownComponents.ts";
import type { KnownComponents } from "../flows/check/knownComponents.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import { createCodeCheck } from "./checkCode.ts";
import type { CodeCheck } from "./checkCode.ts";
import { readComponentPolicy } from "./client/componentPolicy.ts";
import { readCatalogue } from "./client/components.ts";
import { createMcpServers } from "./client/mcpServers.ts";
import type { CatalogueStore } from "./catalogueStore.ts";
import type { Connection, OpenLink } from "./connection.ts";

/** What flows are compared with. */
export interface Comparison {
  readonly check: FlowChecker;
  /** Absent without a connection. */
  readonly checkCode?: CodeCheck;
  readonly components?: KnownComponents;
  /** Absent, as the components, when nothing is known of any Langflow. */
  readonly catalogue?: { readonly version: string; readonly from: "langflow" | "cache" };
}

/** The connected Langflow, or without one what was kept of the last. */
export interface KnownLangflows {
  /** Asks Langflow, waiting for a connection that is under way. */
  ask(signal: AbortSignal): Promise<Comparison>;
  /** For each key stroke: what was asked a moment ago still counts. */
  remembered(signal: AbortSignal): Promise<Comparison>;
  /** For the pointer in an editor, which does not wait: however long ago this Langflow was asked. */
  components(signal: AbortSignal): Promise<KnownComponents | undefined>;
}

export interface KnownLangflowsDeps {
  readonly connection: Pick<Connection, "use" | "tryUse">;
  readonly catalogues: CatalogueStore;
  readonly log: Pick<Logger, "warn">;
  /** The tools of this server, with the names of their arguments. */
  readonly ownTools?: () => ReadonlyMap<string, readonly string[]>;
}

const freshMs = 30_000;

export function createKnownLangflows({ connection, catalogues, log, ownTools }: KnownLangflowsDeps): KnownLangflows {
  let last: { readonly link: OpenLink | undefined; readonly at: number; readonly answer: Comparison } | undefined;

  async function compare(link: OpenLink | undefined, signal: AbortSignal): Promise<Comparison> {
    const answer = (link && (await fromLangflow(link, signal))) ?? (await fromCache());
    last = { link, at: performance.now(), answer };
    return answer;
  }

  /** Undefined when it does not answer, as one that has ended a moment ago. */
  async function fromLangflow(link: OpenLink, signal: AbortSignal): Promise<Comparison | undefined> {
    const answer = await unlessFails("langflow.components", askLangflow(link, signal), signal);
    if (!answer) return undefined;
    const { serverName } = link;
    const langflow = {
      ...answer,
      ...(ownTools && serverName !== "" && { mcpTools: new Map([[serverName, ownTools()]]) }),
    };
    await catalogues.write(langflow).catch((error: unknown) => {
      log.warn("langflow.components.keep", describeError(error));
    });
    const compared = comparison(langflow, "langflow");
    return { ...compared, checkCode: createCodeCheck(link.http, compared.components) };
  }

  async function askLangflow({ http, version }: OpenLink, signal: AbortSignal): Promise<KnownLangflow> {
    const [catalogue, mcpServers, policy] = await Promise.all([
      readCatalogue(http, signal),
      // What a user may not see hides nothing of the rest.
      unlessFails("langflow.mcpServers", createMcpServers(http).names(signal), signal),
      unlessFails("langflow.policy", readComponentPolicy(http, signal), signal),
    ]);
    const servers = mcpServers && { mcpServers: new Set(mcpServers) };
    return { version: version.text, catalogue, ...servers, ...(policy && { policy }) };
  }

  async function unlessFails<T>(event: string, asked: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (signal.aborted || !(error instanceof ToolError)) throw error;
      log.warn(event, describeError(error));
      return undefined;
    }
  }

  async function fromCache(): Promise<Comparison> {
    const kept = await catalogues.newest();
    return kept ? comparison(kept, "cache") : { check: flowChecker(undefined) };
  }

  return {
    ask: async (signal) => compare(await linkOf(connection), signal),
    async remembered(signal) {
      const link = connection.tryUse();
      if (last && isOfSame(last.link, link) && performance.now() - last.at < freshMs) return last.answer;
      return compare(link, signal);
    },
    async components(signal) {
      const link = connection.tryUse();
      const answer = last && isOfSame(last.link, link) ? last.answer : await compare(link, signal);
      return answer.components;
    },
  };
}

/**
 * The version is read again at each loss of the connection: after a restart packages may be there, or another version. A
 * registration adds an MCP server.
 */
function isOfSame(one: OpenLink | undefined, other: OpenLink | undefined): boolean {
  return one?.http === other?.http && one?.version === other?.version && one?.registration === other?.registration;
}

function comparison(langflow: KnownLangflow, from: "langflow" | "cache") {
  const components = knownComponents(langflow.catalogue);
  return { check: flowChecker(langflow), components, catalogue: { version: langflow.version, from } } as const;
}

async function linkOf(connection: Pick<Connection, "use">): Promise<OpenLink | undefined> {
  try {
    return await connection.use();
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
