import { z } from "zod";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { baselineFile } from "../analysis/quality/baseline.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { UsageError, expectPositionals, note, parseOptions, print, shared, stopSignal } from "./options.ts";
import { callTool, findRunning } from "./running.ts";
import { readSettings, settingFlags } from "./settings.ts";
import { cancelled } from "../platform/errors.ts";

const jobWaitSeconds = 60;

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
  const run = (name: string, args: unknown) =>
    app.runner.run({ name, args, caller: cliCaller, signal: request.signal });
  try {
    let result = await run(request.name, request.args);
    // A job would end with this process: nobody else could ask for it.
    const { jobId } = answerOf(result.text);
    while (jobId !== undefined && !result.isError && answerOf(result.text).state === "running") {
      if (request.signal.aborted) throw cancelled();
      result = await run("get_job", { jobId, wait: jobWaitSeconds });
    }
    const answer = answerOf(result.text);
    const text = jobId !== undefined && answer.result ? JSON.stringify(answer.result) : result.text;
    if (answerOf(text).planId !== undefined) note("The plan ends with this process: start `serve` to apply it.");
    return { isError: result.isError, text };
  } finally {
    await app.shutdown("done");
  }
}

/** The fields that distinguish an answer from a job and a plan. */
const Answer = z.looseObject({
  jobId: z.string().optional(),
  state: z.string().optional(),
  result: z.looseObject({}).optional(),
  planId: z.string().optional(),
});

function answerOf(text: string): z.output<typeof Answer> {
  return Answer.safeParse(JSON.parse(text)).data ?? {};
}

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
