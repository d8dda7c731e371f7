import { Worker } from "node:worker_threads";
import type { Activity } from "../../protocol/status.ts";
import { ToolError } from "../platform/errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { LedgerFailure, LedgerReply, LedgerRequest, WorkerOptions } from "./messages.ts";
import { callRow, runRow } from "./rows.ts";
import { callActivity } from "./report.ts";
import type { Ledger, LedgerStatus } from "./types.ts";

export interface LedgerDeps {
  readonly workerFile: URL;
  readonly options: WorkerOptions;
  readonly log: Logger;
  /** The model that tool calls are estimated for; empty when none is set. */
  model(): string;
}

type Write = Extract<LedgerRequest, { kind: "write" }>;
/** The envelope is put around it when it is sent. */
type Question = DistributiveOmit<Exclude<LedgerRequest, Write>, "id" | "model">;
type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;
type Answer = Extract<LedgerReply, { kind: "recent" | "summary" | "closed" }>;

/** A call's answer waits for its row this long at most, and then goes out all the same. */
const maxWaitMs = 5000;
const retryMs = 5000;
/** Rows kept in memory while the store fails: about an hour of one busy client. */
const maxUnsaved = 10_000;

/**
 * The ledger as the server sees it. Its worker writes and counts; this side keeps what is not yet on the disk, tries
 * it again, and reports it.
 */
export function createLedger(deps: LedgerDeps): Ledger & { dispose(): Promise<void> } {
  const { log } = deps;
  let worker: Worker | undefined;
  let nextId = 1;
  /** Sent and not answered. */
  const writes = new Map<number, { readonly request: Write; done(): void }>();
  const questions = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  /** Not on the disk; without their texts. */
  let unsaved: Write[] = [];
  /** Sent at the end of this turn. */
  let outbox: LedgerRequest[] = [];
  let retry: NodeJS.Timeout | undefined;
  let status: LedgerStatus = { state: "starting", unsaved: 0, lost: 0, errors: 0 };
  const listeners = new Set<() => void>();
  const activityListeners = new Set<(activity: Activity) => void>();
  let closed = false;

  function changed(next: Partial<LedgerStatus> = {}): void {
    status = { ...status, ...next, unsaved: unsaved.length };
    for (const listener of listeners) listener();
  }

  function report(activity: Activity): void {
    for (const listener of activityListeners) listener(activity);
  }

  function running(): Worker {
    if (worker) return worker;
    const started = new Worker(deps.workerFile, {
      workerData: deps.options,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    started.on("message", onReply);
    const ended = (error?: unknown) => {
      if (worker !== started) return;
      worker = undefined;
      outbox = [];
      const detail = error instanceof Error ? error.message : "it ended";
      const ids = [...writes.keys(), ...questions.keys()];
      if (ids.length === 0 && closed) return;
      onFailure(ids, {
        code: "failed",
        message: "The ledger's worker ended.",
        remedy: "See the log for the cause.",
        detail,
      });
    };
    started.on("error", ended);
    started.on("exit", () => {
      ended();
    });
    started.unref();
    worker = started;
    return started;
  }

  /** Calls that finish in one turn go in one message: waking the worker costs more than the row. */
  function send(request: LedgerRequest): void {
    running();
    outbox.push(request);
    if (outbox.length === 1) setImmediate(post);
  }

  function post(): void {
    // It may have ended in this turn, and what it owed is settled.
    if (!worker || outbox.length === 0) return;
    // Alive while somebody waits for it, and no longer: it must not keep an ended program open.
    worker.ref();
    worker.postMessage(outbox);
    outbox = [];
  }

  function settled(): void {
    if (writes.size === 0 && questions.size === 0) worker?.unref();
  }

  function onReply(reply: LedgerReply): void {
    switch (reply.kind) {
      case "written":
        for (const id of reply.ids) {
          writes.get(id)?.done();
          writes.delete(id);
        }
        if (reply.ids.length > 0) onWritten();
        break;
      case "failed":
        onFailure(reply.ids, reply.error);
        break;
      case "opened":
        changed({ engine: reply.engine, ...(status.state === "starting" && { state: "writing" }) });
        break;
      case "notice":
        log.warn("ledger.notice", { message: reply.message });
        break;
      case "counted":
        for (const activity of reply.activities) report(activity);
        break;
      default:
        questions.get(reply.id)?.resolve(reply);
        questions.delete(reply.id);
    }
    settled();
  }

  function onWritten(): void {
    if (status.state === "failing") log.warn("ledger.recovered", { unsaved: unsaved.length });
    const { problem: _solved, ...rest } = status;
    status = rest;
    changed({ state: "writing" });
    if (unsaved.length > 0) sendAgain();
  }

  function onFailure(ids: readonly number[], error: LedgerFailure): void {
    let failedWrites = 0;
    for (const id of ids) {
      const write = writes.get(id);
      if (write) {
        failedWrites++;
        writes.delete(id);
        keep(write.request);
        const { call, model } = write.request;
        if (call) report(callActivity(call.row, undefined, model));
        write.done();
      }
      questions.get(id)?.reject(new ToolError("NOT_READY", error.message, error.remedy));
      questions.delete(id);
    }
    // A failed commit of token counts has no row to keep, and is a failure all the same.
    if (failedWrites === 0 && ids.length > 0) return;
    log.error("ledger.failed", { code: error.code, message: error.message, detail: error.detail });
    const { code: _code, detail: _detail, ...problem } = error;
    changed({ state: "failing", problem, errors: status.errors + 1 });
    retry ??= setTimeout(() => {
      retry = undefined;
      sendAgain();
    }, retryMs).unref();
  }

  function keep({ id, model, call, run }: Write): void {
    unsaved.push({ kind: "write", id, model, ...(call && { call: { row: call.row } }), ...(run && { run }) });
    if (unsaved.length <= maxUnsaved) return;
    unsaved.shift();
    status = { ...status, lost: status.lost + 1 };
  }

  function sendAgain(): void {
    const again = unsaved;
    unsaved = [];
    for (const request of again) {
      writes.set(request.id, { request, done: () => undefined });
      send(request);
    }
  }

  /** Ends when the row is on the disk, its write failed, or the longest wait is over. */
  async function write(row: Pick<Write, "call" | "run">): Promise<void> {
    if (closed) return;
    const request: Write = { kind: "write", id: nextId++, model: deps.model(), ...row };
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        log.warn("ledger.slow", { waitedMs: maxWaitMs });
        changed({ state: "failing", problem: slow, errors: status.errors + 1 });
        resolve();
      }, maxWaitMs);
      writes.set(request.id, { request, done: resolve });
      send(request);
    });
    clearTimeout(timer);
  }

  function ask(question: Question) {
    const id = nextId++;
    return new Promise<Answer>((resolve, reject) => {
      questions.set(id, { resolve, reject });
      send({ ...question, id, model: deps.model() });
    });
  }

  running();
  return {
    recordCall: (record) =>
      write({ call: { row: callRow(record), inputText: record.inputText, outputText: record.outputText } }),
    recordRun: (record, principal) => write({ run: runRow(record, principal) }),
    async recent(limit, { tenant }) {
      const answer = await ask({ kind: "recent", tenant, limit });
      return answer.kind === "recent" ? answer.value : [];
    },
    async summary(since, { tenant }) {
      const answer = await ask({ kind: "summary", tenant, since: since.getTime() });
      if (answer.kind !== "summary") throw new Error("The ledger gave an unexpected answer.");
      return answer.value;
    },
    status: () => status,
    onChange: (listener) => subscribe(listeners, listener),
    onActivity: (listener) => subscribe(activityListeners, listener),
    async dispose() {
      if (closed) return;
      if (unsaved.length > 0) sendAgain();
      closed = true;
      clearTimeout(retry);
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, 3000);
      });
      if (worker) await Promise.race([ask({ kind: "close" }).catch(() => undefined), deadline]);
      clearTimeout(timer);
      if (writes.size > 0 || unsaved.length > 0) {
        log.error("ledger.lost", { rows: writes.size + unsaved.length, problem: status.problem?.message });
      }
      await worker?.terminate();
    },
  };
}

const slow = {
  message: "The ledger has not been written for 5 seconds.",
  remedy: "Check whether the disk of the data folder is busy or full.",
};

function subscribe<T>(listeners: Set<T>, listener: T): { dispose(): void } {
  listeners.add(listener);
  return { dispose: () => void listeners.delete(listener) };
}
