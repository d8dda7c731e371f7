import { costReportCall } from "./costReportCall.ts";
import { counted, prelude } from "./jq.ts";
import { daysParameter, daysOf } from "./parameters.ts";
import { reportFlow } from "./reportFlow.ts";
import type { ReportSection } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

// The most expensive first; what has no known cost stands before what cost nothing.
const costPrelude = String.raw`${prelude}${counted}
def cost: if . == null then "unknown cost" else "$\(.)" end;
def byCost: sort_by(if .cost == null then [1, 0] else [(if (.cost | tonumber) > 0 then 2 else 0 end), (.cost | tonumber)] end) | reverse;
def runs: map(select(.runs > 0));
def figures: "\(counted(.runs; "run")), \(.cost | cost), \(.tokens.input) tokens in, \(.tokens.output) out";
`;

const flowQuery = String.raw`${costPrelude}
.results[0]
| failed as $failed
| "# Cost\n\n" + if $failed then "get_cost_report " + $failed else
  "From \(.from[:10]) to \(.to[:10]): \(.sum | figures); \(counted(.sum.calls; "tool call"))"
  + (if .sum.unknown then "\n\nModels without a known price: " + (.sum.unknown | map(code) | join(", ")) else "" end)
  + "\n\n## By flow\n\n" + (.rows | runs | byCost | bullets(20; "\(.key.flow | code): " + figures))
  + rest((.rows | runs | length) + .left - 20)
end`.trim();

const modelQuery = String.raw`${costPrelude}
.results[0]
| failed as $failed
| "## By model\n\n" + if $failed then "get_cost_report " + $failed else
  (.rows | map(select(.key.model and .key.model != "")) | byCost
    | bullets(20; "\(.key.model | code): \(.cost | cost), \(.tokens.input) tokens in, \(.tokens.output) out"))
end`.trim();

const savingsQuery = String.raw`${prelude}
def saving: (if .dollars then " $\(.dollars)" else "" end) + (if .tokens then " \(.tokens) tokens" else "" end);
.results[0]
| failed as $failed
| "## What could cost less\n\n" + if $failed then "get_optimizations " + $failed else
  (.suggestions | bullets(20; "\(.measured) \(.change)" + (.saving | saving | if . == "" then "" else " (saves\(.) a month)" end)))
  + rest((.suggestions | length) + .left - 20)
  + (.notes | map("\n\n" + .) | join(""))
end`.trim();

const report = (key: "flow" | "model", days: number, query: string): ReportSection => ({
  key,
  title: key === "flow" ? "Cost by flow" : "Cost by model",
  calls: [costReportCall(key, days)],
  query,
});

export const costTracking: Template = {
  name: "cost-tracking",
  version: 1,
  since: sinceCallTool,
  title: "Cost tracking",
  description:
    "What flows and models of this workspace cost, and what could cost less. A model would add why the cost rose, and which saving is worth its effort.",
  parameters: [daysParameter],
  plan({ serverName, parameters }) {
    const days = daysOf(parameters);
    return reportFlow({
      serverName,
      title: "Cost report",
      sections: [
        report("flow", days, flowQuery),
        report("model", days, modelQuery),
        {
          key: "savings",
          title: "Savings",
          calls: [
            {
              key: "savings",
              title: "Get optimizations",
              tool: "get_optimizations",
              arguments: { limit: 200, maxTokens: 100_000 },
            },
          ],
          query: savingsQuery,
        },
      ],
    });
  },
};
