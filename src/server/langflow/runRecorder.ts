import { RunFindings } from "../../protocol/flows.ts";
import { traceparentOf } from "../../protocol/traceContext.ts";
import type { OperationRequest } from "../platform/call.ts";
import type { RunToRecord, ToolRecorder } from "./recorder.ts";

/** Records a run, on whichever server of the workspace Langflow calls. */
export interface RunRecorder {
  start(run: RunToRecord): RunRecording | Promise<RunRecording>;
}

interface RunRecording {
  /** Ends the recording; again, it gives the same. */
  stop(): FoundByRun | Promise<FoundByRun>;
}

export interface FoundByRun extends RunFindings {
  /** The server that Langflow calls ended during the run, and its record of the calls with it. */
  readonly lost?: boolean;
}

/** One operation of another server of this user. */
export type AskServer = (request: OperationRequest) => Promise<unknown>;

/** An owner that hangs must not delay a run for long. */
const answerMs = 5_000;

/**
 * Langflow calls the owner of the workspace's endpoint. A run of another server is recorded there, for as long as a
 * connection to it is open, and here as well: this server may become the owner during the run.
 */
export function createRunRecorder(own: ToolRecorder, findOwner: () => Promise<AskServer | undefined>): RunRecorder {
  return {
    async start(run) {
      const owner = await findOwner();
      const here = own.start(run);
      if (!owner) return here;
      const there = await recordAt(owner, run);
      let result: Promise<FoundByRun> | undefined;
      return { stop: () => (result ??= there.stop().then((found) => merged(here.stop(), found))) };
    },
  };
}

async function recordAt(owner: AskServer, { id, startedAt, named, trace }: RunToRecord) {
  const done = new AbortController();
  const params = { id, startedAt: startedAt.toISOString(), named, ...(trace && { traceparent: traceparentOf(trace) }) };
  const recording = new Promise<boolean>((resolve) => {
    owner({ name: "runs.record", params, signal: done.signal, progress: () => resolve(true) }).catch(() =>
      resolve(false),
    );
    AbortSignal.any([done.signal, AbortSignal.timeout(answerMs)]).addEventListener("abort", () => resolve(false));
  });
  await recording;
  return {
    async stop(): Promise<FoundByRun> {
      try {
        if (!(await recording)) return lost;
        const signal = AbortSignal.timeout(answerMs);
        const answer = await owner({ name: "runs.recorded", params: { id }, signal, progress: () => undefined });
        return RunFindings.parse(answer);
      } catch {
        return lost;
      } finally {
        done.abort();
      }
    },
  };
}

const lost: FoundByRun = { ambiguous: false, lost: true };

function merged(here: RunFindings, there: FoundByRun): FoundByRun {
  const findings = here.findings || there.findings ? [...(there.findings ?? []), ...(here.findings ?? [])] : undefined;
  return {
    ambiguous: here.ambiguous || there.ambiguous,
    ...(there.lost === true && { lost: true }),
    ...(findings && { findings }),
  };
}
