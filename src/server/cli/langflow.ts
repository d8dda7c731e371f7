import { LinkStatus } from "../../protocol/status.ts";
import { callOperation } from "../endpoint/askServer.ts";
import { createLinkStore } from "../langflow/linkStore.ts";
import { describeLink } from "../operations/link.ts";
import { dataFiles } from "../platform/dataFolder.ts";
import { openRoots, rootsHash } from "../workspace/paths/roots.ts";
import { langflowUsage, optionsOf, paramsOf, subcommands } from "./langflowCommands.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { findRunning } from "./running.ts";
import { readSettings, settingFlags, shownCurrency } from "./settings.ts";

/** Asks the running server of the workspace, which has the link. */
export async function langflow(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...shared,
    ...settingFlags("other"),
    ...optionsOf(subcommands),
  });
  const [name = "", argument] = positionals;
  const subcommand = subcommands.get(name);
  if (!subcommand) throw new UsageError(`Use one of: ${langflowUsage.join(", ")}.`);
  const { operation, command } = subcommand;
  const wanted = command.argument?.toUpperCase();
  expectPositionals(positionals, wanted === undefined ? 1 : 2);
  if (wanted !== undefined && argument === undefined) {
    throw new UsageError(`Give the ${wanted}: langflow ${name} ${wanted}`);
  }
  const settings = readSettings(values);
  const { data } = settings;
  const params = {
    ...(command.argument !== undefined && { [command.argument]: argument }),
    ...paramsOf(subcommand, values),
  };
  const server = await findRunning(values.workspace, data);
  if (!server && operation.name === "link.status") return showRemembered({ ...values, data });
  if (!server) throw new UsageError("No server is running for this folder: start `serve` first.");
  const request = { name: operation.name, params, signal: stopSignal().signal, progress: note };
  const answer = await callOperation(server, request);
  print(values.json ? JSON.stringify(answer) : command.show(answer, shownCurrency(settings)));
  return operation.name === "link.status" && isDown(answer) ? 1 : 0;
}

async function showRemembered(values: { workspace: readonly string[]; data: string; json: boolean }) {
  const hash = rootsHash(await openRoots(values.workspace));
  const link = await createLinkStore(dataFiles(values.data, hash).link).read();
  const status: LinkStatus = { state: "off", warnings: [], ...(link && { url: link.url }) };
  note("No server is running for this folder.");
  print(values.json ? JSON.stringify(status) : describeLink(status));
  return 1;
}

function isDown(answer: unknown): boolean {
  const { data: status } = LinkStatus.safeParse(answer);
  return status?.state !== "connected" && status?.state !== "slow";
}
