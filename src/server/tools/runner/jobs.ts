import { randomUUID } from "node:crypto";
import { ToolError } from "../../platform/errors.ts";
import { noteAllNotSent, notSentHere } from "../../platform/notSent.ts";
import type { NotSent } from "../../platform/notSent.ts";
import type { Progress, ToolAnswer } from "../../platform/call.ts";

type JobState = "running" | "done" | "failed" | "cancelled";

/** What `get_job` answers. */
export interface JobView {
  /** A failed job answers with its error. */
  readonly state: Exclude<JobState, "failed">;
  readonly progress?: Progress;
  readonly result?: ToolAnswer;
}

export interface StartJob {
  readonly tool: string;
  readonly waitMs: number;
  /** The caller's own signal: it ends the work until the hand-over; afterwards only `cancel` does. */
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
  start(signal: AbortSignal, progress: (progress: Progress) => void): Promise<ToolAnswer>;
}

export interface Jobs {
  /** The work's answer, or `{jobId, state: "running"}` when it takes longer than `waitMs`: always with 0. */
  runOrHandOver(job: StartJob): Promise<ToolAnswer>;
  get(jobId: string, waitMs: number, signal: AbortSignal): Promise<JobView>;
  cancel(jobId: string): JobView;
  dispose(): void;
}

interface Job {
  readonly controller: AbortController;
  readonly settled: Promise<void>;
  state: JobState;
  progress?: Progress;
  result?: ToolAnswer;
  /** Of the result, until a call gets it. */
  notSent?: NotSent | undefined;
  error?: unknown;
}

/** Finished jobs are kept this long for `get_job`, and at most this many. */
const keepMs = 15 * 60_000;
const keepCount = 100;

export function createJobs(): Jobs {
  const jobs = new Map<string, Job>();

  async function runOrHandOver({ tool, waitMs, signal, onProgress, start }: StartJob): Promise<ToolAnswer> {
    const controller = new AbortController();
    const stop = () => {
      controller.abort();
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const work = start(controller.signal, (progress) => {
      job.progress = progress;
      onProgress(progress);
    });
    const job: Job = { controller, state: "running", settled: work.then(noop, noop), notSent: notSentHere() };
    work.then(
      (result) => {
        job.result = result;
        job.state = "done";
      },
      (error: unknown) => {
        job.error = error;
        job.state = controller.signal.aborted ? "cancelled" : "failed";
      },
    );
    // A caller that waits for nothing gets a job each time, not only when the work lost a race with a timer.
    if (waitMs > 0 && (await within(job.settled, waitMs))) {
      signal.removeEventListener("abort", stop);
      return work;
    }
    // From here on the work belongs to the job: the caller has its answer, so its closed stream must not end it.
    signal.removeEventListener("abort", stop);
    const jobId = randomUUID();
    jobs.set(jobId, job);
    void job.settled.then(() => {
      forgetLater(jobId);
    });
    return {
      jobId,
      state: "running",
      complete: false,
      next: `${tool} is still running: call get_job with this jobId.`,
      ...(job.progress && { progress: job.progress }),
    };
  }

  function forgetLater(jobId: string): void {
    setTimeout(() => jobs.delete(jobId), keepMs).unref();
    for (const [id, job] of jobs) {
      if (jobs.size <= keepCount) break;
      if (job.state !== "running") jobs.delete(id);
    }
  }

  function find(jobId: string): Job {
    const job = jobs.get(jobId);
    if (job) return job;
    throw new ToolError(
      "NOT_FOUND",
      "There is no job with this id; finished jobs are kept for 15 minutes.",
      "Call the tool again.",
    );
  }

  function view(job: Job): JobView {
    if (job.state === "failed") throw job.error;
    if (job.result && job.notSent) {
      noteAllNotSent(job.notSent);
      job.notSent = undefined;
    }
    return {
      state: job.state,
      ...(job.state === "running" && job.progress && { progress: job.progress }),
      ...(job.result && { result: job.result }),
    };
  }

  return {
    runOrHandOver,
    async get(jobId, waitMs, signal) {
      const job = find(jobId);
      await within(Promise.race([job.settled, aborted(signal)]), waitMs);
      return view(job);
    },
    cancel(jobId) {
      const job = find(jobId);
      job.controller.abort();
      if (job.state === "running") job.state = "cancelled";
      return view(job);
    },
    dispose() {
      for (const job of jobs.values()) job.controller.abort();
      jobs.clear();
    },
  };
}

/** True when the promise settled within the time. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener(
      "abort",
      () => {
        resolve();
      },
      { once: true },
    );
  });
}

function noop(): void {
  // A settled job is known by its state; this only keeps the rejection handled.
}
