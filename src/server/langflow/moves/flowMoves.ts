import type { FlowNeed, FlowNeeds, Promotion } from "../../../protocol/flowNeeds.ts";
import { readFlowFile } from "../../flows/files/flowFile.ts";
import { variablesOf, wantedBy } from "../../flows/files/flowNeeds.ts";
import { ToolError } from "../../platform/errors.ts";
import type { Network } from "../../platform/network.ts";
import { readKey } from "../../platform/keyFile.ts";
import { createFlowTexts } from "../client/flowTexts.ts";
import type { FlowTexts } from "../client/flowTexts.ts";
import type { LangflowHttp } from "../client/http.ts";
import type { Connection } from "../connection.ts";
import { addressOf, explainMissingKey, namedEnvironment } from "../environments/environments.ts";
import type { EnvironmentSource } from "../environments/environments.ts";
import type { FlowFolder } from "../flowFolder.ts";
import { openServer } from "../openServer.ts";
import type { SyncStore } from "../syncStore.ts";
import type { VersionStore } from "../versionStore.ts";
import { createMapping } from "./mapping.ts";
import { needsOn } from "./needs.ts";
import { promoteFlow } from "./promote.ts";
import { readVariableNames, readableVariables } from "./variableNames.ts";

/** What a flow needs of another server, and its way there. */
export interface FlowMoves {
  needs(file: string, signal: AbortSignal): Promise<FlowNeeds>;
  promote(asked: PromoteRequest): Promise<Promotion>;
}

export interface PromoteRequest {
  /** Id or name in the connected Langflow, or its file. */
  readonly flow: string;
  /** Name of an environment. */
  readonly to: string;
  readonly apiKey?: string | undefined;
  readonly toKeyFile?: string | undefined;
  /** Of the other side; without, the one of the name that the flow's has here. */
  readonly project?: string | undefined;
  /** What is called differently there, as `KIND:NAME=NAME`. */
  readonly map: readonly string[];
  /** Only says what would be done. */
  readonly dryRun: boolean;
  /** Also when the flow cannot work there yet. */
  readonly withoutMissing: boolean;
  /** Also over a change that was made there. */
  readonly overwrite: boolean;
  /** Over the states that conflicts described with these fingerprints. */
  readonly reviewed: readonly string[];
  readonly signal: AbortSignal;
  progress(message: string): void;
}

export interface FlowMovesDeps {
  readonly connection: Pick<Connection, "use">;
  readonly folder: FlowFolder;
  readonly synced: SyncStore;
  readonly versions: VersionStore;
  readonly environments: EnvironmentSource;
  readonly network: Network;
}

export function createFlowMoves(deps: FlowMovesDeps): FlowMoves {
  const { connection, folder, synced, versions, environments, network } = deps;

  async function openTarget({ to, apiKey, toKeyFile, signal }: PromoteRequest): Promise<LangflowHttp> {
    const environment = await namedEnvironment(to, environments);
    const key = toKeyFile === undefined ? apiKey : await readKey(toKeyFile);
    const address = key === undefined ? addressOf(environment, environments) : { url: environment.url, apiKey: key };
    return openServer(address, { network, signal }).catch((error: unknown) => {
      throw explainMissingKey(error, environment, environments);
    });
  }

  return {
    async needs(given, signal) {
      const path = await folder.pathOf(given);
      const file = readFlowFile(path, (await folder.read(path)).text);
      const { http } = await connection.use();
      const kept = await readVariableNames(folder, { id: file.id, file: path });
      const theirs = kept ? undefined : await createFlowTexts(http).find(file.id, signal);
      const there = theirs && (await readableVariables(http, signal));
      const variables = kept ?? (theirs && there && variablesOf(theirs, there));
      const needs = await needsOn({ flow: file, wanted: wantedBy(file, variables ?? {}), target: http, signal });
      const unknown = variables
        ? []
        : ["The names of global variables are not known here: pull the flow from a Langflow that has it."];
      return { name: file.name, server: http.base, needs: sorted(needs), notes: unknown };
    },

    async promote(request) {
      const { http: source } = await connection.use();
      const target = await openTarget(request);
      try {
        if (source.base === target.base) {
          const message = `The environment ${request.to} is the Langflow that the flow comes from.`;
          throw new ToolError("SAME_SERVER", message, "Name another one with --to, or with --env.");
        }
        const id = await findId(folder, createFlowTexts(source), request);
        const mapping = createMapping(request.map);
        const promotion = await promoteFlow({ ...request, mapping, source, target, id, synced, versions });
        return { ...promotion, needs: sorted(promotion.needs) };
      } finally {
        await target.close();
      }
    },
  };
}

/** What is missing first. */
function sorted(needs: readonly FlowNeed[]): readonly FlowNeed[] {
  const order = ["missing", "different", "present"];
  return needs.toSorted(
    (one, other) =>
      order.indexOf(one.state) - order.indexOf(other.state) ||
      one.kind.localeCompare(other.kind) ||
      one.name.localeCompare(other.name),
  );
}

async function findId(folder: FlowFolder, server: FlowTexts, { flow, signal }: PromoteRequest): Promise<string> {
  const all = await server.list(signal);
  const wanted = flow.endsWith(".json") ? await idOfFile(folder, flow) : flow;
  const byId = all.find(({ id }) => id === wanted.toLowerCase());
  if (byId) return byId.id;
  const [first, second, ...more] = all.filter(({ name }) => name === wanted);
  if (first && !second) return first.id;
  if (!first) {
    throw new ToolError("NOT_FOUND", `Langflow has no flow ${JSON.stringify(flow)}.`, "See `flow list`.");
  }
  const ids = [first, second, ...more].map((each) => each?.id).join(", ");
  throw new ToolError("AMBIGUOUS", `Several flows are called ${JSON.stringify(flow)}.`, `Give the id of one: ${ids}.`);
}

async function idOfFile(folder: FlowFolder, given: string): Promise<string> {
  const path = await folder.pathOf(given);
  return readFlowFile(path, (await folder.read(path)).text).id;
}
