import type { LedgerEntry } from "../../protocol/ledger.ts";
import type { Row } from "../storage/database.ts";
import { decimalOf } from "./money.ts";
import { storedCallOf, storedRun } from "./report.ts";
import type { RowSource } from "./report.ts";
import { filesOfRun } from "./runCost.ts";

interface EntryQuery {
  readonly tenant: string;
  readonly id: string;
  /** Of the estimate for a tool call; empty when none is set. */
  readonly model: string;
}

/** One call or run with all that is stored of it; undefined where the tenant has none of that id. */
export function ledgerEntry(sources: readonly RowSource[], { tenant, id, model }: EntryQuery): LedgerEntry | undefined {
  const call = storedCallOf(sources, id, model);
  if (call) return text(call.row, "tenant") === tenant ? { ...call.activity, ...ofCall(sources, call.row) } : undefined;
  const run = storedRun(sources, id);
  if (!run || text(run.row, "tenant") !== tenant) return undefined;
  return { ...run.activity, ...ofRun(sources, run.row), files: shared(filesOfRun(sources, { tenant, id })) };
}

function ofCall(sources: readonly RowSource[], row: Row) {
  const id = text(row, "id");
  const found = sources.flatMap((source) => source.all("SELECT path, weight FROM call_files WHERE call_id = ?", id));
  return {
    ...common(row),
    face: text(row, "face"),
    ...(row["run_id"] !== null && { runId: text(row, "run_id") }),
    files: shared(new Map(found.map(({ path, weight }) => [String(path), Number(weight)]))),
  };
}

function ofRun(sources: readonly RowSource[], row: Row) {
  const uses = sources.flatMap((source) =>
    source.all(
      "SELECT component, model, input_tokens, output_tokens, CAST(cost_pico AS TEXT) AS pico FROM run_uses " +
        "WHERE run_id = ? AND model <> '' ORDER BY cost_pico DESC, model, component",
      text(row, "id"),
    ),
  );
  return {
    ...common(row),
    ...(row["server"] !== "" && { server: text(row, "server") }),
    ...(row["unreported"] !== null && { unreported: text(row, "unreported") }),
    models: uses.map((use) => ({
      model: text(use, "model"),
      component: text(use, "component"),
      inputTokens: Number(use["input_tokens"]),
      outputTokens: Number(use["output_tokens"]),
      cost: typeof use["pico"] === "string" ? decimalOf(BigInt(use["pico"])) : null,
    })),
  };
}

function common(row: Row) {
  return {
    workspace: text(row, "workspace"),
    ...(row["branch"] !== "" && { branch: text(row, "branch") }),
    ...(row["commit_id"] !== "" && { commit: text(row, "commit_id") }),
  };
}

/** The most first. A path that is empty stands for the files beyond those that are listed. */
function shared(weights: ReadonlyMap<string, number>): LedgerEntry["files"] {
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return [...weights]
    .filter(([path]) => path !== "")
    .sort(([a, weightOfA], [b, weightOfB]) => weightOfB - weightOfA || (a < b ? -1 : 1))
    .map(([path, weight]) => ({ path, share: all === 0 ? 0 : weight / all }));
}

function text(row: Row, column: string): string {
  return String(row[column] ?? "");
}
