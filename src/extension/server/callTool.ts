import { serverRequests } from "../../protocol/requests.ts";
import { UserError } from "./userError.ts";
import { askingCommand } from "../support/commandTrace.ts";
import type { WindowServer } from "./windowServer.ts";

export type ToolAnswer = Readonly<Record<string, unknown>>;

interface ToolCall {
  readonly name: string;
  readonly args: ToolAnswer;
  readonly signal: AbortSignal;
  progress(message: string): void;
}

const waitSeconds = 20;

/** Calls a tool as any client does, and waits for its job when it has become one. */
export async function callTool(server: WindowServer, call: ToolCall): Promise<ToolAnswer> {
  const following = server.followProgress(call.progress);
  try {
    return await finished(server, { ...call, progressToken: following.token });
  } finally {
    following.dispose();
  }
}

type FollowedCall = ToolCall & { readonly progressToken: string };

async function finished(server: WindowServer, call: FollowedCall): Promise<ToolAnswer> {
  let answer = await once(server, call, { name: call.name, args: call.args });
  while (answer["state"] === "running" && typeof answer["jobId"] === "string") {
    const { jobId } = answer;
    if (call.signal.aborted) {
      const { signal } = new AbortController();
      await once(server, { ...call, signal }, { name: "get_job", args: { jobId, cancel: true } });
      throw new UserError({ code: "CANCELLED", message: "Cancelled.", remedy: "" });
    }
    const job = await once(server, call, { name: "get_job", args: { jobId, wait: waitSeconds } });
    const { result } = job;
    answer = isRecord(result) ? result : { jobId, state: job["state"] };
  }
  return answer;
}

async function once(server: WindowServer, call: FollowedCall, { name, args }: { name: string; args: ToolAnswer }) {
  const { signal, progressToken } = call;
  const { isError, text } = await server.request(
    serverRequests.callTool,
    { name, args, progressToken, ...askingCommand() },
    signal,
  );
  const answer: unknown = JSON.parse(text);
  if (!isRecord(answer)) throw new Error(`${name} gave no object.`);
  const { error } = answer;
  if (isError && isRecord(error)) {
    throw new UserError({
      code: String(error["code"]),
      message: String(error["message"]),
      remedy: String(error["remedy"]),
    });
  }
  return answer;
}

export function isRecord(value: unknown): value is ToolAnswer {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
