import type { TraceContext } from "../../../protocol/traceContext.ts";
import type { FlowRunRecord } from "../../platform/call.ts";
import { describeError } from "../../platform/logger.ts";
import type { Logger } from "../../platform/logger.ts";
import { statusOf } from "../../platform/http.ts";
import type { Tracing } from "../../platform/tracing.ts";
import type { LangflowHttp } from "../client/http.ts";
import { RunEnded, followJob } from "../client/runs.ts";
import type { Connection } from "../connection.ts";
import { shortName } from "../runSpans.ts";
import { endOf, isLost, namesOf, nodesOf } from "../runFlow.ts";
import { whileConnected } from "../whileConnected.ts";
import type { BegunRuns, KeptRun } from "./begunRuns.ts";
import type { LiveRuns } from "./liveRuns.ts";
import { usageOf } from "./runUsage.ts";

export interface LeftRunsDeps {
  readonly connection: Pick<Connection, "tryUse" | "onStatus">;
  readonly begun: BegunRuns;
  readonly live: LiveRuns;
  recordRun(run: FlowRunRecord): Promise<void>;
  readonly tracing: Tracing;
  readonly log: Logger;
  now(): Date;
}

/** Another window may end while this one goes on. */
const everyMs = 60_000;

/**
 * Follows runs to their end whose server was killed, or that were lost with the connection to Langflow: they are shown and
 * recorded as if nothing had happened.
 */
export function followLeftRuns({ connection, begun, live, recordRun, tracing, log, now }: LeftRunsDeps): {
  dispose(): void;
} {
  const ended = new AbortController();
  const { signal } = ended;

  async function look(): Promise<void> {
    const http = connection.tryUse()?.http;
    if (!http) return;
    for (const run of await begun.takeLeft(http.base)) void followToEnd(http, run);
  }

  async function followToEnd(http: LangflowHttp, kept: KeptRun): Promise<void> {
    try {
      const attributes = {
        "lfc.run.id": kept.run,
        "langflow.flow.id": kept.flow.id,
        "langflow.flow.name": shortName(kept.flow.name),
      };
      await tracing.span({ name: "flow run followed again", kind: "client", attributes }, ({ context }) =>
        follow(http, kept, context),
      );
    } catch (error) {
      begun.leave(kept.run);
      log.warn("langflow.leftRuns", describeError(error));
    }
  }

  async function follow(http: LangflowHttp, kept: KeptRun, trace: TraceContext): Promise<void> {
    const { run, trace: traceId, flow, session, startedAt, head } = kept;
    const components = namesOf(await nodesOf(flow.id, { signal }, http));
    const handle = live.begin({ run, flow, session, input: "", startedAt, components });
    const failure = await followJob(http, traceId, {
      signal,
      progress: () => undefined,
      observe: (event) => handle.event(event),
      answer: (question) => handle.ask(question, signal),
    }).then(
      () => undefined,
      (error: unknown) => (statusOf(error) === 404 ? forgotten() : error),
    );
    const end = failure === undefined ? ({ state: "ok" } as const) : endOf(failure, "failed");
    if (signal.aborted || isLost(failure)) {
      handle.end(end);
      begun.leave(run);
      return;
    }
    const query = { flow: flow.id, runId: run, trace, traceId, deps: { http, tracing }, signal };
    const { usage, ms } = await usageOf(query);
    const durationMs = ms ?? now().getTime() - startedAt.getTime();
    handle.end({ ...end, ms: durationMs });
    const outcome = end.state === "ok" || end.state === "cancelled" ? end.state : "failed";
    const row = { id: run, traceId, flowId: flow.id, flowName: flow.name, server: http.base, startedAt, head };
    await recordRun({ ...row, durationMs, outcome, usage });
    begun.forget(run);
  }

  const watching = whileConnected(connection, everyMs, () => void look());
  return {
    dispose() {
      watching.dispose();
      ended.abort();
    },
  };
}

function forgotten(): RunEnded {
  return new RunEnded("failed", {
    code: "NOT_FOUND",
    message: "Langflow does not know this run any more, so its end is not known.",
    remedy: "Look at its messages and traces in Langflow, then run the flow again.",
  });
}
