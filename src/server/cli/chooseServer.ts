import path from "node:path";
import { serverAddress } from "../../protocol/langflowAddress.ts";
import {
  addressOf,
  defaultEnvironment,
  explainMissingKey,
  namedEnvironment,
} from "../langflow/environments/environments.ts";
import type { Environment } from "../langflow/environments/parse.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { ToolError } from "../platform/errors.ts";
import { isLoopback } from "../platform/network.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";
import { readVariable } from "./settings.ts";

/** The server that a command line names, if it does. */
export interface GivenServer {
  readonly workspace: readonly string[];
  readonly url?: string | undefined;
  readonly env?: string | undefined;
  readonly keyFile: string | undefined;
  /** Whose password the key file contains. */
  readonly user?: string | undefined;
}

interface ChosenServer {
  readonly address: {
    readonly url: string;
    readonly apiKey?: string;
    readonly keyFile?: string | undefined;
    readonly user?: string | undefined;
  };
  /** Says what a failure to connect has to do with the choice. */
  explain?(error: unknown): unknown;
}

/**
 * The Langflow of a command: the one that is given, else the default environment where it leads to nowhere new, else the
 * one of the last `serve`.
 */
export async function chooseServer(given: GivenServer, data: string): Promise<ChosenServer | undefined> {
  const { workspace, url, env, keyFile, user } = given;
  if (url !== undefined) return { address: { url, keyFile, user } };
  const source = environmentSource(workspace);
  if (env !== undefined) return inEnvironment(await namedEnvironment(env, source), given);
  const [fallback, last] = [await defaultEnvironment(source), await remembered(workspace, data)];
  if (!fallback) return last;
  if (!isKnown(fallback.url, last?.address.url)) throw notNamed(fallback);
  return inEnvironment(fallback, given);
}

/** A file of a folder from elsewhere must not decide alone where a key goes. */
function isKnown(url: string, last: string | undefined): boolean {
  const address = serverAddress(url);
  return address !== undefined && (isLoopback(address) || (last !== undefined && serverAddress(last) === address));
}

function notNamed({ name, url }: Environment): ToolError {
  return new ToolError(
    "ENVIRONMENT_NOT_NAMED",
    `The default environment ${name} leads to ${serverAddress(url) ?? "no address"}, which this folder was not connected to yet.`,
    `If that is the Langflow that you mean, name it with --env ${name}.`,
  );
}

export function environmentSource(workspace: readonly string[]) {
  return { folder: path.resolve(workspace[0] ?? "."), variable: readVariable };
}

function inEnvironment(environment: Environment, { workspace, keyFile, user }: GivenServer): ChosenServer {
  if (keyFile !== undefined || user !== undefined) return { address: { url: environment.url, keyFile, user } };
  const source = environmentSource(workspace);
  return {
    address: addressOf(environment, source),
    explain: (error) => explainMissingKey(error, environment, source),
  };
}

/** The Langflow that a server of these folders was connected to last. */
async function remembered(folders: readonly string[], data: string): Promise<ChosenServer | undefined> {
  const kept = await createLinkStore(dataFiles(data, rootsHash(await openRoots(folders))).link).read();
  if (!kept) return undefined;
  return { address: { url: kept.url, keyFile: kept.keyFile, user: kept.user } };
}
