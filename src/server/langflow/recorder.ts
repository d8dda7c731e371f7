import { z } from "zod";
import { Finding } from "../../protocol/flows.ts";
import type { RunFindings } from "../../protocol/flows.ts";
import type { TraceContext } from "../../protocol/traceContext.ts";
import { langflowClient } from "../platform/langflowCaller.ts";

/** A tool call as the runner reports it; more fields may come along. */
export interface RecordedCall {
  readonly caller: { readonly client: string; readonly flowRun?: string };
  readonly startedAt: Date;
  readonly outcome: string;
  readonly outputText: string;
}

export interface RunToRecord {
  readonly id: string;
  readonly startedAt: Date;
  /** Every call of the flow names its run. */
  readonly named: boolean;
  /** Its span. */
  readonly trace?: TraceContext | undefined;
}

/** What is known of one run's calls. */
export interface RecordedRun extends RunFindings {
  readonly calls: readonly RecordedCall[];
}

export interface Recording {
  /** Ends the recording. */
  stop(): RecordedRun;
}

/** Keeps what our tools answer to Langflow while a flow runs: the run's findings come from there, not from its prose. */
export interface ToolRecorder {
  /** Gives the run that the call is part of, where that is known. */
  record(call: RecordedCall): string | undefined;
  start(run: RunToRecord): Recording;
  /** Of a run that is being recorded. */
  findings(runId: string): RunFindings | undefined;
  /** The span of a run that is being recorded. */
  traceOf(runId: string): TraceContext | undefined;
}

/** A flow that loops over a tool must not fill the memory. */
const mostCalls = 200;

interface OpenRun extends RunToRecord {
  readonly calls: RecordedCall[];
  ambiguous: boolean;
}

function found({ calls, ambiguous }: OpenRun): RecordedRun {
  const findings = ambiguous ? undefined : findingsOf(calls);
  return { calls, ambiguous, ...(findings && { findings }) };
}

export function createToolRecorder(): ToolRecorder {
  const open = new Set<OpenRun>();

  /** A call that names no run can be of each flow that does not name it; one from before the run, of none. */
  function couldHaveMade(run: OpenRun, { caller: { flowRun }, startedAt }: RecordedCall): boolean {
    return flowRun === undefined ? !run.named && startedAt >= run.startedAt : run.id === flowRun;
  }

  const find = (runId: string) => [...open].find(({ id }) => id === runId);

  return {
    traceOf: (runId) => find(runId)?.trace,
    record(call) {
      if (call.caller.client !== langflowClient) return undefined;
      const runs = [...open].filter((run) => couldHaveMade(run, call));
      for (const run of runs) {
        if (runs.length > 1) run.ambiguous = true;
        else if (run.calls.length < mostCalls) run.calls.push(call);
      }
      return call.caller.flowRun ?? (runs.length === 1 ? runs[0]?.id : undefined);
    },
    start(run) {
      const opened: OpenRun = { ...run, calls: [], ambiguous: false };
      open.add(opened);
      return {
        stop() {
          open.delete(opened);
          return found(opened);
        },
      };
    },
    findings(runId) {
      const run = find(runId);
      if (!run) return undefined;
      const { calls: _calls, ...findings } = found(run);
      return findings;
    },
  };
}

/** As analyze_code_quality answers them, without the refactoring that fixes one: a flow's report has no use for it. */
const Findings = z.object({ findings: z.array(Finding.unwrap().omit({ preview: true })) });

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
