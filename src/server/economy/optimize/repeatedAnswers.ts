import { count } from "../../../protocol/format.ts";
import { bySaving, priceOfRead, total } from "./facts.ts";
import type { Suggest } from "./facts.ts";

const leastRepeats = 10;
/** A smaller answer costs hardly more than one that only says that nothing changed. */
const leastTokens = 100;

/** The same answer to the same call of one client. */
export const repeatedAnswers: Suggest = ({ all, tenant, model, since, tools }) => {
  const rows = all(
    "SELECT tool, client, answer_hash, count(*) AS calls, max(output_tokens) AS tokens FROM calls WHERE at >= ? AND tenant = ? " +
      "AND outcome = 'ok' AND answer_hash IS NOT NULL AND output_tokens >= ? GROUP BY tool, client, answer_hash",
    ...[since, tenant, leastTokens],
  );
  const byClient = Map.groupBy(rows, (row) => JSON.stringify([row["tool"], row["client"]]));
  return [...byClient.values()]
    .flatMap((ofClient) => {
      const [tool, client] = [String(ofClient[0]?.["tool"]), String(ofClient[0]?.["client"])];
      const answers = [...Map.groupBy(ofClient, (row) => row["answer_hash"]).values()].map((same) => ({
        repeats: total(same, "calls") - 1,
        tokens: Number(same[0]?.["tokens"]),
      }));
      const repeats = answers.reduce((sum, answer) => sum + answer.repeats, 0);
      const tokens = answers.reduce((sum, answer) => sum + answer.repeats * answer.tokens, 0);
      if (repeats < leastRepeats) return [];
      const hasIfNoneMatch = tools.find(({ name }) => name === tool)?.hasIfNoneMatch ?? false;
      return [
        {
          id: `repeatedAnswers:${tool}:${client}`,
          kind: "repeatedAnswers" as const,
          measured: `${client} got an answer of ${tool} ${count(repeats)} times in the last 30 days that it already had for the same arguments, with ${count(tokens)} tokens.`,
          saving: { tokens, dollars: priceOfRead(model, tokens) },
          change: hasIfNoneMatch
            ? `Let ${client} pass ifNoneMatch with the etag of the last answer: unchanged text is not sent again.`
            : `Keep the answer in the flow or in the client, and call ${tool} again when files have changed.`,
          applicable: false,
          tools: [tool],
          client,
        },
      ];
    })
    .sort(bySaving);
};
