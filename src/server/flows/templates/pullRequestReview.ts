import { counted, prelude } from "./jq.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

/** The lines that a patch adds are named where its hunks begin: `@@ -1,2 +3,4 @@`. */
const query = (base: string) =>
  String.raw`${prelude}${counted}
def hunks: [(.patch // "") | scan("(?:^|\n)@@ -[0-9,]+ \\+([0-9]+)(?:,([0-9]+))? @@") | {from: (.[0] | tonumber), count: ((.[1] // "1") | tonumber)}];
def changed: "\(.path | code): \(.change)" + (if .from then " from \(.from | code)" else "" end) + (if .binary then ", binary" else ", +\(.added) −\(.removed)" end);
def finding: "${"`"}\(.path | gsub("${"`"}"; "'")):\(.line)${"`"} \(.message) (\(.rule))";
(.results | map(select(.error or .jobId))[0] | if . then failed else null end) as $failed
| "# Review of the changes since " + (${JSON.stringify(base)} | code) + "\n\n" + if $failed then $failed else
  (.results | map(select(has("changedFiles")))[0]) as $diff
  | (.results | map(select(has("metrics")))[0]) as $quality
  | ($diff.files | map({key: .path, value: hunks}) | from_entries) as $lines
  | ($quality.findings | map(select(.path as $path | $lines | has($path)))) as $findings
  | ($findings | map(. as $one | . + {isNew: any($lines[$one.path][]; $one.line >= .from and $one.line < .from + .count)})) as $judged
  | "\(counted($diff.changedFiles; "file")), +\($diff.added) −\($diff.removed)"
  + (if $diff.left > 0 or $quality.left > 0 then "; not all of it is judged here" else "" end)
  + "\n\n## Findings in changed lines\n\n" + ($judged | map(select(.isNew)) | bullets(50; finding) + rest(length - 50))
  + "\n\n## Other findings in changed files\n\n" + ($judged | map(select(.isNew | not)) | bullets(50; finding) + rest(length - 50))
  + "\n\n## Changed files\n\n" + ($diff.files | bullets(100; changed) + rest(length - 100))
end`.trim();

export const pullRequestReview: Template = {
  name: "pull-request-review",
  version: 1,
  since: sinceCallTool,
  title: "Pull request review",
  description:
    "What the current branch changes against a base, and the findings in the changed files. A model would add whether the change does what it says.",
  parameters: [
    {
      name: "base",
      title: "Base",
      default: "main",
      description: "Branch, tag or commit that the changes are compared with, from where both were the same last",
    },
  ],
  plan: ({ serverName, parameters: { base = "main" } }) =>
    reportFlow({
      serverName,
      title: "Review",
      sections: [
        {
          key: "review",
          title: "Review",
          calls: [
            {
              key: "diff",
              title: "Git diff",
              tool: "git_operations",
              arguments: { operation: "diff", ref: `${base}...HEAD`, context: 0, limit: 1000, maxTokens: 100_000 },
            },
            {
              key: "quality",
              title: "Analyze code quality",
              tool: "analyze_code_quality",
              arguments: { severity: "warning", limit: 1000, maxTokens: 100_000, wait: 170 },
            },
          ],
          query: query(base),
        },
      ],
    }),
};
