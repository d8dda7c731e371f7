import { createApp } from "../app.ts";
import { version } from "../version.ts";
import {
  UsageError,
  cliLog,
  dataOf,
  headlessEdits,
  expectPositionals,
  note,
  parseOptions,
  print,
  shared,
  stopSignal,
} from "./options.ts";
import { callTool, findRunning } from "./running.ts";
import { localUser } from "../platform/principal.ts";

export async function call(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { workspace: shared.workspace, data: shared.data });
  expectPositionals(positionals, 2);
  const [name, json = "{}"] = positionals;
  if (name === undefined) throw new UsageError("Give the name of a tool; `tools` lists them.");
  const request = { name, args: parseJson(json), signal: stopSignal().signal };
  const running = await findRunning(values.workspace, dataOf(values));
  const result = running ? await callTool(running, request) : await callHere(values, request);
  print(result.text);
  return result.isError ? 1 : 0;
}

async function callHere(
  values: { readonly workspace: readonly string[]; readonly data?: string | undefined },
  request: { readonly name: string; readonly args: unknown; readonly signal: AbortSignal },
) {
  note("No server is running for this folder: the call runs in this process.");
  const app = await createApp({
    folders: values.workspace,
    data: dataOf(values),
    log: cliLog,
    version,
    editPolicy: headlessEdits(),
  });
  try {
    return await app.runner.run({
      ...request,
      caller: { face: "cli", client: "langflow-connect", principal: localUser },
    });
  } finally {
    await app.shutdown("done");
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("The arguments of the tool must be one JSON object.");
  }
}
