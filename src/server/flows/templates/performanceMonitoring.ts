import { costReportCall } from "./costReportCall.ts";
import { counted, prelude } from "./jq.ts";
import { daysOf, daysParameter } from "./parameters.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

const nowQuery = String.raw`${prelude}${counted}
.results[0]
| failed as $failed
| "# Performance\n\n## Tools in the last minutes\n\n" + if $failed then "get_health " + $failed else
  "\(counted(.calls.calls; "call")) in \(.calls.windowSeconds / 60 | round) minutes, \(.calls.failed) failed\n\n"
  + (.calls.tools | sort_by(-.slowestMs)
    | bullets(20; "\(.tool | code): \(.slowestMs | round) ms at most, \(.meanMs | round) ms on average, \(counted(.calls; "call")), \(.failed) failed"))
  + "\n\n## What to change\n\n" + (.recommendations | bullets(20; .message + " " + .remedy))
end`.trim();

/** The rows of a report, the slowest on average first. */
const slowestQuery = (heading: string, key: "tool" | "flow", word: "call" | "run") =>
  String.raw`${prelude}${counted}
def slow: map(select(.${word}s > 0 and .${word}Ms and .key.${key})) | sort_by(-(.${word}Ms / .${word}s));
.results[0]
| failed as $failed
| "## ${heading}\n\n" + if $failed then "get_cost_report " + $failed else
  (.rows | slow | bullets(20; "\(.key.${key} | code): \(.${word}Ms / .${word}s | round) ms on average, \(counted(.${word}s; "${word}"))"))
  + rest((.rows | slow | length) - 20)
end`.trim();

const report = (key: "tool" | "flow", days: number, query: string) => ({
  key,
  title: `Time by ${key}`,
  calls: [costReportCall(key, days)],
  query,
});

export const performanceMonitoring: Template = {
  name: "performance-monitoring",
  version: 1,
  since: sinceCallTool,
  title: "Performance monitoring",
  description:
    "The slowest tools of the last minutes, and the slowest tools and flows of some days. A model would add what the slow ones have in common.",
  parameters: [daysParameter],
  plan({ serverName, parameters }) {
    const days = daysOf(parameters);
    return reportFlow({
      serverName,
      title: "Performance report",
      sections: [
        {
          key: "health",
          title: "Health",
          calls: [{ key: "health", title: "Get health", tool: "get_health", arguments: {} }],
          query: nowQuery,
        },
        report("tool", days, slowestQuery("Slowest tools", "tool", "call")),
        report("flow", days, slowestQuery("Slowest flows", "flow", "run")),
      ],
    });
  },
};
