import { z } from "zod";
import { severities } from "../../protocol/findings.ts";
import { langflowClient } from "../platform/langflowCaller.ts";
import type { Finding } from "./types.ts";

/** A tool call as the runner reports it; more fields may come along. */
export interface RecordedCall {
  readonly tool: string;
  readonly caller: { readonly client: string };
  readonly outcome: string;
  readonly outputText: string;
}

export interface Recording {
  /** Ends the recording. */
  stop(): readonly RecordedCall[];
}

/** Keeps what our tools answer to Langflow while a flow runs: the run's findings come from there, not from its prose. */
export interface ToolRecorder {
  record(call: RecordedCall): void;
  start(): Recording;
}

/** A flow that loops over a tool must not fill the memory. */
const mostCalls = 200;

export function createToolRecorder(): ToolRecorder {
  const open = new Set<RecordedCall[]>();
  return {
    record(call) {
      if (call.caller.client !== langflowClient) return;
      for (const calls of open) if (calls.length < mostCalls) calls.push(call);
    },
    start() {
      const calls: RecordedCall[] = [];
      open.add(calls);
      return {
        stop() {
          open.delete(calls);
          return calls;
        },
      };
    },
  };
}

const Findings = z.object({
  findings: z.array(
    z.object({
      path: z.string(),
      line: z.int(),
      rule: z.string(),
      severity: z.enum(severities).optional(),
      message: z.string(),
    }),
  ),
});

/** Findings of the calls' answers, if any has such. Langflow repeats a failed call, so equal ones count once. */
export function findingsOf(calls: readonly RecordedCall[]): readonly Finding[] | undefined {
  const findings = new Map<string, Finding>();
  let asked = false;
  for (const call of calls) {
    if (call.outcome !== "ok" || !call.outputText.includes('"findings"')) continue;
    const answer = Findings.safeParse(JSON.parse(call.outputText));
    if (!answer.success) continue;
    asked = true;
    for (const finding of answer.data.findings) findings.set(JSON.stringify(finding), finding);
  }
  return asked ? [...findings.values()] : undefined;
}
