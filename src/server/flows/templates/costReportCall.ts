import type { ReportCall } from "./parts.ts";

/** Asks for what the ledger has of some days, whole. */
export function costReportCall(key: "flow" | "model" | "tool", days: number): ReportCall {
  return {
    key,
    title: `Get cost report by ${key}`,
    tool: "get_cost_report",
    arguments: { days, by: [key], limit: 1000, maxTokens: 100_000 },
  };
}
