import { openOfflineCheck } from "../app/offlineCheck.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { connectLink } from "../operations/link.ts";
import { operations } from "../../protocol/operations.ts";
import type { OperationName } from "../../protocol/operations.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { chooseServer } from "./chooseServer.ts";
import type { GivenServer } from "./chooseServer.ts";
import type { Subcommand } from "./langflowCommands.ts";
import { isList, needsArgument, needsSecond, optionsOf, paramsOf } from "./langflowCommands.ts";
import { cliCaller, openApp } from "./openApp.ts";
import type { App } from "../app/app.ts";
import { UsageError, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags, shownCurrency } from "./settings.ts";
import { shownOn } from "./terminal.ts";

const own = {
  url: { type: "string" },
  "key-file": { type: "string" },
  env: { type: "string" },
  user: { type: "string" },
  dir: { type: "string", default: "flows" },
} as const;

interface Group {
  readonly name: string;
  readonly subcommands: ReadonlyMap<string, Subcommand>;
  readonly usage: readonly string[];
}

/** Subcommands that need a connection: through the running server of the folder, or in this process with the address of a Langflow. */
export async function runConnected(args: readonly string[], group: Group): Promise<number> {
  const { subcommands } = group;
  const { values, positionals } = parseOptions(args, optionsOfGroup(subcommands));
  const [name = "", ...rest] = positionals;
  const subcommand = subcommands.get(name);
  if (!subcommand) throw new UsageError(`Use one of: ${group.usage.join(", ")}.`);
  const { operation, command } = subcommand;
  const foreign = foreignFlag(subcommand, values, subcommands);
  if (foreign !== undefined) throw new UsageError(`${group.name} ${name} has no --${foreign}.`);
  const { argument, second } = command;
  const takesList = isList(subcommand);
  const single = second === undefined ? 1 : 2;
  const most = argument === undefined ? 0 : takesList ? Infinity : single;
  if (rest.length > most) throw new UsageError(`Too many arguments: ${rest.slice(most).join(" ")}`);
  if (argument !== undefined && !takesList && rest.length === 0 && needsArgument(subcommand)) {
    throw new UsageError(`Give the ${argument.toUpperCase()}: ${group.name} ${name} ${argument.toUpperCase()}`);
  }
  if (second !== undefined && rest.length < 2 && needsSecond(subcommand)) {
    throw new UsageError(
      `Give the ${second.toUpperCase()}: ${group.name} ${name} ${String(rest[0])} ${second.toUpperCase()}`,
    );
  }
  const positional = {
    ...(argument !== undefined && (takesList || rest.length > 0) && { [argument]: takesList ? rest : rest[0] }),
    ...(second !== undefined && rest.length > 1 && { [second]: rest[1] }),
  };
  const params = { ...positional, ...paramsOf(subcommand, values) };
  // Wrong use, before anything is started.
  operations[operation.name].params.parse(params);
  const work: Work = {
    name: operation.name,
    offline: command.offline ?? false,
    params,
    signal: stopSignal().signal,
    // With --json the answer is the whole output.
    ...(!values.json && { text: writeText }),
  };
  const streamed: { hasText: boolean } = { hasText: false };
  function writeText(part: string): void {
    streamed.hasText = true;
    process.stdout.write(shownOn(process.stdout, part));
  }
  const settings = readSettings(values);
  const given = { ...values, keyFile: values["key-file"] };
  if (given.url !== undefined && given.env !== undefined) throw new UsageError("Give --url or --env, not both.");
  const server = isNamed(given) ? undefined : await findRunning(values.workspace, settings.data);
  const ofConnecting = ["key-file", "user", "ca-file", "client-cert", "client-key"];
  const unused = server && ofConnecting.find((flag) => Object.hasOwn(values, flag));
  if (unused !== undefined) {
    throw new UsageError(`--${unused} needs --url or --env: without, the running server of the folder is asked.`);
  }
  const answer = server
    ? await callOperation(server, { ...work, progress: note })
    : await runHere(settings, given, work);
  if (values.json) print(JSON.stringify(command.json?.(answer) ?? answer));
  else {
    const { hasText } = streamed;
    const show = hasText ? (command.showAfterText ?? command.show) : command.show;
    print(`${hasText ? "\n" : ""}${show(answer, shownCurrency(settings))}`);
  }
  return command.failed?.(answer) === true ? 1 : 0;
}

export function optionsOfGroup(subcommands: Group["subcommands"]) {
  return { ...shared, ...settingFlags("connecting"), ...optionsOf(subcommands), ...own };
}

/** A flag of another subcommand, which would be ignored. */
function foreignFlag(
  { flags }: Subcommand,
  values: Readonly<Record<string, unknown>>,
  subcommands: Group["subcommands"],
): string | undefined {
  const others = Object.keys(optionsOf(subcommands)).filter((flag) => !flags.has(flag) && !(flag in own));
  return others.find((flag) => values[flag] !== undefined);
}

interface Work {
  readonly name: OperationName;
  readonly offline: boolean;
  readonly params: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
  readonly text?: (part: string) => void;
}

function isNamed({ url, env }: GivenServer): boolean {
  return url !== undefined || env !== undefined;
}

async function runHere(settings: HeadlessSettings, given: GivenServer, work: Work) {
  if (work.offline) return inApp(given, settings, work, () => Promise.resolve());
  const { name, params, signal } = work;
  if ((name === "flowFiles.check" || name === "flowFiles.explain") && !isNamed(given)) {
    const check = await openOfflineCheck(given.workspace, settings.data);
    if (name === "flowFiles.explain") return check.explain(operations[name].params.parse(params).file, signal);
    const { files, ...asked } = operations[name].params.parse(params);
    return check.files(files, { ...asked, signal });
  }
  const server = await chooseServer(given, settings.data);
  if (!server) {
    throw new UsageError("Give --url URL of Langflow or --env NAME, or start `serve` with --langflow first.");
  }
  return inApp(given, settings, work, ({ langflow: { link } }) =>
    connectLink(link, { ...server.address, signal }).catch((error: unknown) => {
      throw server.explain?.(error) ?? error;
    }),
  );
}

async function inApp(
  { workspace }: GivenServer,
  settings: HeadlessSettings,
  work: Work,
  connect: (app: App) => Promise<unknown>,
): Promise<unknown> {
  const app = await openApp(workspace, settings);
  const { signal } = work;
  try {
    await connect(app);
    const call = { caller: cliCaller, signal, progress: note, ...(work.text && { text: work.text }) };
    return await app.operate(work.name, work.params, call);
  } finally {
    await app.shutdown("done");
  }
}
