import { counted, prelude } from "./jq.ts";
import { pathOf, pathParameter } from "./parameters.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

const query = String.raw`${prelude}${counted}
def at: "${"`"}\(.path | gsub("${"`"}"; "'")):\(.line)${"`"}";
def refactoring: if .preview then " Preview: \(.preview.operation) of lines \(.preview.range.startLine) to \(.preview.range.endLine)." else "" end;
def finding: "\(at) \(.message)";
def about($rules): map(select(.rule as $rule | $rules | index($rule)));
def overLimit: about(["complexity", "cognitive-complexity", "max-depth", "max-params", "max-lines-per-function"]);
def listed($heading): "\n\n## \($heading)\n\n" + bullets(20; finding) + rest(length - 20);
.results[0]
| failed as $failed
| "# Refactoring review\n\n" + if $failed then "analyze_code_quality " + $failed else
  "\(counted(.total; "warning")) in \(counted(.metrics.files; "file")) with \(counted(.metrics.functions; "function"))"
  + (if .left > 0 then "; the first \(.findings | length) are judged here" else "" end)
  + "\n\n## First\n\n" + (.findings | bullets(5; "\(finding) \(.fix)\(refactoring)"))
  + "\n\n## Files with most findings\n\n"
  + (.findings | group_by(.path) | sort_by(-length) | bullets(10; "\(.[0].path | code): \(length)"))
  + (.findings | overLimit | listed("Functions over a limit"))
  + (.findings | about(["no-duplicated-code"]) | listed("Duplicated code"))
  + (.findings | about(["import/no-cycle"]) | listed("Import cycles"))
end`.trim();

export const refactoringReview: Template = {
  name: "refactoring-review",
  version: 1,
  since: sinceCallTool,
  title: "Refactoring review",
  description:
    "What to refactor first: functions over a limit, duplicated code and import cycles, with the refactoring that preview_refactoring shows. A model would add how to name and cut the parts.",
  parameters: [pathParameter],
  plan: ({ serverName, parameters }) =>
    reportFlow({
      serverName,
      title: "Refactoring report",
      sections: [
        {
          key: "quality",
          title: "Quality",
          calls: [
            {
              key: "quality",
              title: "Analyze code quality",
              tool: "analyze_code_quality",
              arguments: {
                path: pathOf(parameters),
                severity: "warning",
                limit: 1000,
                maxTokens: 100_000,
                wait: 170,
              },
            },
          ],
          query,
        },
      ],
    }),
};
