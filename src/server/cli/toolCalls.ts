import { z } from "zod";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { cancelled } from "../platform/errors.ts";
import { cliCaller, openApp } from "./openApp.ts";
import { callTool, findRunning } from "./running.ts";

const jobWaitSeconds = 60;

/** Calls of tools, by the running server of the folders or in this process. */
export interface ToolCalls {
  /** The answer of a job is waited for. */
  run(name: string, args: unknown): Promise<{ readonly text: string; readonly isError: boolean }>;
  close(): Promise<void>;
}

export async function openCalls(
  folders: readonly string[],
  settings: HeadlessSettings,
  signal: AbortSignal,
): Promise<ToolCalls> {
  const running = await findRunning(folders, settings.data);
  if (running) {
    const call = (name: string, args: unknown) => callTool(running, { name, args, signal });
    return { run: withJobs(call, signal), close: () => Promise.resolve() };
  }
  const app = await openApp(folders, settings);
  const call = (name: string, args: unknown) => app.runner.run({ name, args, caller: cliCaller, signal });
  return { run: withJobs(call, signal), close: () => app.shutdown("done") };
}

type Call = ToolCalls["run"];

/** The same with the answer of a job waited for: it would end with this process, and nobody else could ask for it. */
export function withJobs(call: Call, signal: AbortSignal): Call {
  return async (name, args) => {
    let result = await call(name, args);
    const { jobId } = answerOf(result.text);
    if (jobId === undefined || name === "get_job") return result;
    while (!result.isError && answerOf(result.text).state === "running") {
      if (signal.aborted) throw cancelled();
      result = await call("get_job", { jobId, wait: jobWaitSeconds });
    }
    const { result: value } = answerOf(result.text);
    return value ? { ...result, text: JSON.stringify(value) } : result;
  };
}

/** The fields that distinguish an answer from a job. */
const Answer = z.looseObject({
  jobId: z.string().optional(),
  state: z.string().optional(),
  result: z.looseObject({}).optional(),
});

function answerOf(text: string): z.output<typeof Answer> {
  return Answer.safeParse(JSON.parse(text)).data ?? {};
}
