import type { Metrics } from "../platform/metrics.ts";
import type { Ledger } from "./types.ts";

/** The tokens that the ledger counted, and how its writing goes. */
export function registerLedgerMetrics(metrics: Metrics, ledger: Pick<Ledger, "status" | "onActivity">): void {
  const tokens = new Map<string, { input: number; output: number }>();
  ledger.onActivity(({ kind, name, inputTokens, outputTokens }) => {
    if (kind !== "tool") return;
    const sum = tokens.get(name) ?? { input: 0, output: 0 };
    tokens.set(name, { input: sum.input + (inputTokens ?? 0), output: sum.output + (outputTokens ?? 0) });
  });
  metrics.register(
    {
      name: "lfc_tool_tokens_total",
      type: "counter",
      help: "Tokens (o200k) of arguments (input) and answers (output).",
      read: () =>
        [...tokens].flatMap(([tool, { input, output }]) => [
          { labels: { tool, direction: "input" }, value: input },
          { labels: { tool, direction: "output" }, value: output },
        ]),
    },
    {
      name: "lfc_ledger_write_errors_total",
      type: "counter",
      help: "Failed attempts to write the ledger.",
      read: () => [{ value: ledger.status().errors }],
    },
    {
      name: "lfc_ledger_lost_rows_total",
      type: "counter",
      help: "Rows that were given up because too many were waiting.",
      read: () => [{ value: ledger.status().lost }],
    },
    {
      name: "lfc_ledger_unsaved_rows",
      type: "gauge",
      help: "Rows in memory that are not on the disk.",
      read: () => [{ value: ledger.status().unsaved }],
    },
    {
      name: "lfc_ledger_writing",
      type: "gauge",
      help: "1 unless the last write of the ledger failed.",
      read: () => [{ value: ledger.status().state === "failing" ? 0 : 1 }],
    },
  );
}
