import { z } from "zod";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { baselineFile } from "../analysis/quality/baseline.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { callTool, findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";
import { withJobs } from "./toolCalls.ts";

export async function call(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { workspace: shared.workspace, ...settingFlags("other") });
  expectPositionals(positionals, 2);
  const [name, json = "{}"] = positionals;
  if (name === undefined) throw new UsageError("Give the name of a tool; `tools` lists them.");
  const request = { name, args: parseJson(json), signal: stopSignal().signal };
  const settings = readSettings(values);
  const running = await findRunning(values.workspace, settings.data);
  const result = running ? await callTool(running, request) : await callHere(values.workspace, settings, request);
  print(result.text);
  return result.isError ? 1 : 0;
}

async function callHere(
  folders: readonly string[],
  settings: HeadlessSettings,
  request: { readonly name: string; readonly args: unknown; readonly signal: AbortSignal },
) {
  note("No server is running for this folder: the call runs in this process.");
  const app = await openApp(folders, settings, {
    // Protected from tools of a flow; who calls it by name here is the user.
    allowProtected: request.name === "write_baseline" ? [`/${baselineFile}`] : [],
  });
  const run = withJobs(
    (name, args) => app.runner.run({ name, args, caller: cliCaller, signal: request.signal }),
    request.signal,
  );
  try {
    const result = await run(request.name, request.args);
    if (Planned.safeParse(JSON.parse(result.text)).success)
      note("The plan ends with this process: start `serve` to apply it.");
    return result;
  } finally {
    await app.shutdown("done");
  }
}

const Planned = z.looseObject({ planId: z.string() });

function parseJson(text: string): object {
  const wrong = new UsageError("The arguments of the tool must be one JSON object.");
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    throw wrong;
  }
  throw wrong;
}
