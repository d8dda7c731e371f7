import { count } from "../../../protocol/format.ts";
import { priceOfRead, total } from "./facts.ts";
import type { Suggest } from "./facts.ts";

/** Fewer listings say nothing of how often the tools are listed. */
const leastListings = 10;

/** Tools that clients get by default and that nobody called. One suggestion: a client pays for the whole list. */
export const unusedTools: Suggest = ({ all, tenant, model, since, calls, tools, applied }) => {
  const called = new Set(
    all("SELECT DISTINCT tool FROM calls WHERE at >= ? AND tenant = ?", since, tenant).map((row) => row["tool"]),
  );
  const unused = tools.filter(({ name, byDefault, basic }) => byDefault && !basic && !called.has(name));
  const listings = total(
    all("SELECT count(*) AS listings FROM listings WHERE at >= ? AND tenant = ?", since, tenant),
    "listings",
  );
  if (unused.length === 0 || listings < leastListings) return [];
  const names = unused.map(({ name }) => name);
  const tokens = unused.reduce((sum, tool) => sum + tool.tokens, 0);
  const saving = tokens * listings;
  return [
    {
      id: freeId(new Set(applied.map(({ id }) => id))),
      kind: "unusedTools",
      measured:
        `No client called ${names.join(", ")} in the last 30 days (${count(calls)} calls of other tools); ` +
        `their schemas have ${count(tokens)} tokens of each default list, which was asked for ${count(listings)} times.`,
      saving: { tokens: saving, dollars: priceOfRead(model, saving) },
      change: `The default list of tools no longer has ${names.join(", ")}; a client that names their toolset by ?toolsets= still gets them.`,
      applicable: true,
      tools: names,
    },
  ];
};

/** One that is applied keeps its id; what is unused besides is the next. */
function freeId(taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? "unusedTools" : `unusedTools:${String(number)}`;
    if (!taken.has(id)) return id;
  }
}
