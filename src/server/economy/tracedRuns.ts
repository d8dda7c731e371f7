import type { RowSource } from "./report.ts";

/** A run as a trace of Langflow names it. */
export interface TraceToFind {
  readonly traceId: string;
  readonly sessionId: string;
  readonly flowId: string;
  readonly at: number;
}

/**
 * The positions of traces that no store has a run of. A run of ours has its id as the session; a flow that it runs in turn
 * has the same session, and is a run of its own.
 */
export function unrecorded(sources: readonly RowSource[], traces: readonly TraceToFind[]): readonly number[] {
  const sql =
    "SELECT 1 FROM runs WHERE trace_id = ? UNION ALL SELECT 1 FROM runs WHERE id = ? AND flow_id = ? " +
    "UNION ALL SELECT 1 FROM rows_kept WHERE since > ? LIMIT 1";
  const isKnown = ({ traceId, sessionId, flowId, at }: TraceToFind) =>
    sources.some((source) => source.all(sql, traceId, sessionId, flowId, at).length > 0);
  return traces.flatMap((trace, index) => (isKnown(trace) ? [] : [index]));
}

/** When the newest run of a server began that somebody else started; undefined without any. */
export function lastOfOthers(
  sources: readonly RowSource[],
  { server, tenant }: { readonly server: string; readonly tenant: string },
): number | undefined {
  const sql = "SELECT max(at) AS at FROM runs WHERE server = ? AND session_id IS NOT NULL AND tenant = ?";
  const times = sources.flatMap((source) => source.all(sql, server, tenant)[0]?.["at"] ?? []).map(Number);
  return times.length === 0 ? undefined : Math.max(...times);
}
