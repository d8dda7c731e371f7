import type { Database } from "../storage/database.ts";
import type { FileWeight } from "./callFiles.ts";
import { callFigures } from "./callFigures.ts";
import { costOf, costOfCalls } from "./prices.ts";
import type { CallRow, ListingRow, ModelCallRow, RunRow } from "./rows.ts";

/** What is known of a call once its texts are read. */
export interface CallTokens {
  readonly id: string;
  readonly at: number;
  readonly input: number;
  readonly output: number;
  /** What the answer left out: because of its budget, and because the caller had it already. */
  readonly saved: { readonly budget: number; readonly unchanged: number };
  readonly files: readonly FileWeight[];
  /** Of tool, arguments and answer; null where there is none. */
  readonly hash: number | null;
}

/** What one commit of the ledger writes. */
export interface LedgerBatch {
  readonly calls: readonly CallRow[];
  readonly runs: readonly RunRow[];
  readonly listings?: readonly ListingRow[];
  readonly modelCalls?: readonly ModelCallRow[];
  readonly tokens: readonly CallTokens[];
}

export interface LedgerWriter {
  /** All of it in one commit. A row that is there already, after a failure whose commit did last, is left as it is. */
  write(batch: LedgerBatch): void;
}

const callColumns = [
  ...["id", "at", "workspace", "tool", "face", "client", "outcome", "principal", "tenant", "branch"],
  ...["commit_id", "run_id"],
  ...callFigures.map(({ column }) => column),
];

export function createLedgerWriter(database: Database, workspace: string): LedgerWriter {
  const call = database.prepare(
    `INSERT OR IGNORE INTO calls (${callColumns.join(", ")}) VALUES (${callColumns.map(() => "?").join(", ")})`,
  );
  const tokens = database.prepare(
    "UPDATE calls SET input_tokens = ?, output_tokens = ?, saved_by_budget = ?, saved_by_unchanged = ?, answer_hash = ? WHERE id = ?",
  );
  const file = database.prepare("INSERT OR IGNORE INTO call_files (call_id, path, weight, at) VALUES (?, ?, ?, ?)");
  const run = database.prepare(
    "INSERT OR REPLACE INTO runs (id, at, duration_ms, workspace, flow_id, flow_name, server, outcome, unreported, " +
      "principal, tenant, branch, commit_id, trace_id, session_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const listing = database.prepare(
    "INSERT OR IGNORE INTO listings (id, at, tenant, client, tools, tokens) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const modelCall = database.prepare(
    "INSERT OR IGNORE INTO model_calls (id, at, workspace, principal, tenant, branch, commit_id, model, input_tokens, " +
      "output_tokens, cost_pico, price_date) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?)",
  );
  const forgetUses = database.prepare("DELETE FROM run_uses WHERE run_id = ?");
  const forgetRun = database.prepare("DELETE FROM runs WHERE id = ?");
  const sameTrace = database.prepare("SELECT id FROM runs WHERE trace_id = ? AND id <> ?");
  const sameSession = database.prepare("SELECT id FROM runs WHERE session_id = ? AND flow_id = ?");
  const isThere = database.prepare("SELECT 1 AS found FROM runs WHERE id = ? OR (id = ? AND flow_id = ?)");
  const kept = database.prepare("SELECT since FROM rows_kept");
  const use = database.prepare(
    // As text, because a number loses digits above 2^53.
    "INSERT INTO run_uses (run_id, component, model, input_tokens, output_tokens, cache_read_tokens, " +
      "cache_write_tokens, reasoning_tokens, audio_tokens, cost_pico, price_date, first_of_run, first_of_model, " +
      "first_of_component) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS INTEGER), ?, ?, ?, ?)",
  );

  /** A run that another started is known by its trace, and is there once, however often the trace is read. */
  function isKnown({ id, at, flowId, traceId, sessionOfOther }: RunRow): boolean {
    if (sessionOfOther === undefined) return false;
    // What began before is in the totals only: whether this run is among it cannot be known any more.
    if (at < Number(kept.get()?.["since"])) return true;
    if (traceId !== undefined && sameTrace.get(traceId, id)) return true;
    return isThere.get(id, sessionOfOther, flowId) !== undefined;
  }

  function writeRun(row: RunRow): void {
    if (isKnown(row)) return;
    const { id, at, durationMs, flowId, flowName, server, outcome, unreported = null, traceId = null } = row;
    const { name: who, tenant } = row.principal;
    const { branch, commit } = row.head;
    const session = row.sessionOfOther ?? null;
    // Its trace may have been read before the run was over here.
    const imported = session === null ? [...sameTrace.all(traceId, id), ...sameSession.all(id, flowId)] : [];
    for (const { id: other = null } of imported) {
      forgetUses.run(other);
      forgetRun.run(other);
    }
    forgetUses.run(id);
    const rest = [who, tenant, branch, commit, traceId, session];
    // Of no workspace, since a window that only looks at Langflow has nothing to do with what others start.
    const where = session === null ? workspace : "";
    run.run(id, at, durationMs, where, flowId, flowName, server, outcome, unreported, ...rest);
    const [models, components] = [new Set<string>(), new Set<string>()];
    for (const used of row.uses) {
      const { component, model, inputTokens, outputTokens, cacheRead, cacheWrite, reasoning, audio } = used;
      const kinds = [cacheRead, cacheWrite, reasoning, audio].map((tokens) => tokens ?? null);
      const first = [used === row.uses[0], !models.has(model), !components.has(component)].map(Number);
      models.add(model);
      components.add(component);
      // Priced now: prices change, and a run cost what it cost on its day.
      const { pico, source } = costOfCalls(used, new Date(at));
      const cost = pico === undefined ? null : String(pico);
      use.run(id, component, model, inputTokens, outputTokens, ...kinds, cost, source, ...first);
    }
    if (row.uses.length === 0) use.run(id, "", "", null, null, null, null, null, null, null, "", 1, 1, 1);
  }

  function writeModelCall({
    id,
    at,
    model,
    principal,
    head,
    inputTokens: input,
    outputTokens: output,
  }: ModelCallRow): void {
    const who = [principal.name, principal.tenant, head.branch, head.commit];
    const { pico, source } =
      input === undefined
        ? { pico: undefined, source: "" }
        : costOf(model, { input, output: output ?? 0 }, new Date(at));
    const cost = pico === undefined ? null : String(pico);
    modelCall.run(id, at, workspace, ...who, model, input ?? null, output ?? null, cost, source);
  }

  return {
    write(batch) {
      database.transaction(() => {
        for (const row of batch.calls) {
          const { id, at, tool, face, client, outcome, principal, head, runId = null, figures } = row;
          const who = [principal.name, principal.tenant, head.branch, head.commit, runId];
          call.run(id, at, workspace, tool, face, client, outcome, ...who, ...figures);
        }
        for (const row of batch.runs) writeRun(row);
        for (const row of batch.modelCalls ?? []) writeModelCall(row);
        for (const { id, at, principal, client, tools, tokens: size } of batch.listings ?? []) {
          listing.run(id, at, principal.tenant, client, tools, size);
        }
        for (const { id, at, input, output, saved, files, hash } of batch.tokens) {
          tokens.run(input, output, saved.budget, saved.unchanged, hash, id);
          for (const { path, weight } of files) file.run(id, path, weight, at);
        }
      });
    },
  };
}
