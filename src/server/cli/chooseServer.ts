import path from "node:path";
import {
  addressOf,
  defaultEnvironment,
  explainMissingKey,
  namedEnvironment,
} from "../langflow/environments/environments.ts";
import type { Environment } from "../langflow/environments/parse.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";
import { readVariable } from "./settings.ts";

interface Given {
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

/** The Langflow of a command: the one that is given, else the default environment, else the one of the last `serve`. */
export async function chooseServer(given: Given, data: string): Promise<ChosenServer | undefined> {
  const { workspace, url, env, keyFile, user } = given;
  if (url !== undefined) return { address: { url, keyFile, user } };
  const source = environmentSource(workspace);
  const named = env === undefined ? await defaultEnvironment(source) : await namedEnvironment(env, source);
  return named ? inEnvironment(named, given) : remembered(workspace, data);
}

export function environmentSource(workspace: readonly string[]) {
  return { folder: path.resolve(workspace[0] ?? "."), variable: readVariable };
}

function inEnvironment(environment: Environment, { workspace, keyFile, user }: Given): ChosenServer {
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
