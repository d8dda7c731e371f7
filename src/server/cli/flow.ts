import { checkOffline } from "../app/offlineCheck.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { connectLink } from "../operations/link.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import { operations } from "../../protocol/operations.ts";
import type { OperationName } from "../../protocol/operations.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";
import { flowSubcommands, flowUsage, isList, optionsOf, paramsOf } from "./langflowCommands.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { UsageError, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";

const address = { url: { type: "string" }, "key-file": { type: "string" } } as const;

/** Flows as files: through the running server of the folder, or in this process with the address of a Langflow. */
export async function flow(args: readonly string[]): Promise<number> {
  const options = { ...shared, ...settingFlags("other"), ...optionsOf(flowSubcommands), ...address };
  const { values, positionals } = parseOptions(args, options);
  const [name = "", ...rest] = positionals;
  const subcommand = flowSubcommands.get(name);
  if (!subcommand) throw new UsageError(`Use one of: ${flowUsage.join(", ")}.`);
  const { operation, command } = subcommand;
  const { argument } = command;
  const takesList = isList(subcommand);
  const most = argument === undefined ? 0 : takesList ? Infinity : 1;
  if (rest.length > most) throw new UsageError(`Too many arguments: ${rest.slice(most).join(" ")}`);
  if (argument !== undefined && !takesList && rest.length === 0) {
    throw new UsageError(`Give the ${argument.toUpperCase()}: flow ${name} ${argument.toUpperCase()}`);
  }
  const given = argument === undefined ? {} : { [argument]: takesList ? rest : rest[0] };
  const work: Work = {
    name: operation.name,
    params: { ...given, ...paramsOf(subcommand, values) },
    signal: stopSignal().signal,
  };
  const settings = readSettings(values);
  const link = { url: values.url, keyFile: values["key-file"] };
  const server = link.url === undefined ? await findRunning(values.workspace, settings.data) : undefined;
  const answer = server
    ? await callOperation(server, { ...work, progress: note })
    : await runHere(values.workspace, settings, link, work);
  print(values.json ? JSON.stringify(answer) : command.show(answer));
  return command.failed?.(answer) === true ? 1 : 0;
}

interface Work {
  readonly name: OperationName;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

interface Address {
  readonly url: string | undefined;
  readonly keyFile: string | undefined;
}

async function runHere(folders: readonly string[], settings: HeadlessSettings, given: Address, work: Work) {
  const { name, params, signal } = work;
  if (given.url === undefined && name === "flowFiles.check") {
    return checkOffline({ folders, data: settings.data, ...operations[name].params.parse(params), signal });
  }
  const { url, keyFile } = given.url === undefined ? await remembered(folders, settings.data) : given;
  if (url === undefined) throw new UsageError("Give --url URL of Langflow, or start `serve` with --langflow first.");
  const app = await openApp(folders, settings);
  try {
    await connectLink(app.langflow.link, { url, ...(keyFile !== undefined && { keyFile }), signal });
    return await app.operate(name, params, { caller: cliCaller, signal, progress: note });
  } finally {
    await app.shutdown("done");
  }
}

/** The Langflow that a server of these folders was connected to last. */
async function remembered(folders: readonly string[], data: string): Promise<Address> {
  const kept = await createLinkStore(dataFiles(data, rootsHash(await openRoots(folders))).link).read();
  return { url: kept?.url, keyFile: kept?.keyFile };
}
