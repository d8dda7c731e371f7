import { counted, prelude } from "./jq.ts";
import { pathOf, pathParameter } from "./parameters.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

const query = String.raw`${prelude}${counted}
def gap: "${"`"}\(.path | gsub("${"`"}"; "'")):\(.line)${"`"} \(.name), complexity \(.complexity)";
def listed: bullets(50; gap) + rest(length - 50);
.results[0]
| failed as $failed
| "# Test gaps\n\n" + if $failed then "analyze_repository " + $failed else
  "\(counted(.tests.files; "test file")) with \(counted(.tests.lines; "line")) for \(counted(.code.files; "file")) with \(counted(.code.lines; "line"))"
  + (if .left.untested then "; \(counted(.left.untested; "more gap")) not in this answer" else "" end)
  + "\n\n## Exported, and no test loads the file\n\n" + (.untested | map(select(.reached | not)) | listed)
  + "\n\n## Exported and imported by no test, in files that tests load through others\n\n" + (.untested | map(select(.reached)) | listed)
end`.trim();

export const testGap: Template = {
  name: "test-gap",
  version: 1,
  since: sinceCallTool,
  title: "Test gaps",
  description:
    "Exported functions and classes of TypeScript and JavaScript that no test imports. A model would add the cases that a test has to have.",
  parameters: [{ ...pathParameter, description: "Folder that the report is about, relative to the workspace" }],
  plan: ({ serverName, parameters }) =>
    reportFlow({
      serverName,
      title: "Test gaps",
      sections: [
        {
          key: "repository",
          title: "Repository",
          calls: [
            {
              key: "repository",
              title: "Analyze repository",
              tool: "analyze_repository",
              arguments: { path: pathOf(parameters), untested: true, maxTokens: 100_000, wait: 170 },
            },
          ],
          query,
        },
      ],
    }),
};
