import type { Optimization } from "../../../protocol/optimizations.ts";
import { count } from "../../../protocol/format.ts";
import { bySaving, priceOfRead, total } from "./facts.ts";
import type { ToolFacts } from "../types.ts";
import type { Facts, Suggest } from "./facts.ts";

const leastCalls = 20;
/** Of the answer budget: an answer that is larger has probably been cut by it. */
const largeShare = 0.8;
/** An answer that is larger than this was asked for by a budget of the caller's own, which stays as it is. */
const ownShare = 1.1;
const leastBudget = 200;

/** Tools most of whose answers use up the default budget. What a caller then used of an answer, the ledger does not know. */
export const largeAnswers: Suggest = (facts) =>
  facts.tools.flatMap((tool) => suggestionFor(facts, tool) ?? []).sort(bySaving);

function suggestionFor(facts: Facts, { name, budget }: ToolFacts): Optimization | undefined {
  const { all, tenant, model, since, applied } = facts;
  if (budget === undefined || applied.some((entry) => entry.kind === "largeAnswers" && entry.tool === name)) return;
  const smaller = Math.max(leastBudget, Math.floor(budget / 2));
  const rows = all(
    "SELECT count(*) AS calls, sum(output_tokens) AS tokens, sum(output_tokens > ?) AS large, " +
      "sum(CASE WHEN output_tokens > ? AND output_tokens <= ? THEN output_tokens - ? END) AS saving FROM calls " +
      "WHERE at >= ? AND tenant = ? AND tool = ? AND outcome = 'ok' AND output_tokens IS NOT NULL",
    ...[budget * largeShare, smaller, budget * ownShare, smaller, since, tenant, name],
  );
  const calls = total(rows, "calls");
  const large = total(rows, "large");
  const saving = total(rows, "saving");
  if (calls < leastCalls || large * 2 < calls || saving === 0 || smaller === budget) return;
  return {
    id: `largeAnswers:${name}`,
    kind: "largeAnswers",
    measured:
      `${count(large)} of ${count(calls)} answers of ${name} in the last 30 days had over 80 % of its answer budget of ` +
      `${count(budget)} tokens, and all of them ${count(Math.round(total(rows, "tokens") / calls))} tokens on average.`,
    saving: { tokens: saving, dollars: priceOfRead(model, saving) },
    change: changeOfBudget(name, smaller),
    applicable: true,
    tools: [name],
    budget: smaller,
  };
}

export function changeOfBudget(tool: string, budget: number): string {
  return `An answer of ${tool} has at most ${count(budget)} tokens by default and says how to get the rest; a caller's own maxTokens goes first.`;
}
