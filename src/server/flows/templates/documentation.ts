import { counted, prelude } from "./jq.ts";
import { pathOf, pathParameter } from "./parameters.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

/**
 * A page has a part for each exported name: its signature as code, its comment, its members, and the link to its line. Without
 * a comment the members or the link follow the signature at once.
 */
const query = String.raw`${prelude}${counted}
def parts: .content | split("\n### ")[1:] | map(select(test("\n\\[line [0-9]+\\]")));
def name: split("\n")[0];
def line: capture("\n\\[line (?<line>[0-9]+)\\]").line;
def isUndocumented: test("\n${"```"}\n\n(\\[line |- ${"`"})");
def names: [.pages[] | select(.kind == "module") | .subject as $path | parts[] | {path: $path, name: name, line: line, bare: isUndocumented}];
.results[0]
| failed as $failed
| if $failed then "# Documentation\n\ngenerate_documentation " + $failed else
  names as $names
  | ($names | map(select(.bare))) as $bare
  | "# Documentation\n\n\(($names | length) - ($bare | length)) of \(counted($names | length; "exported name")) have a comment"
  + (if .left > 0 then "; \(counted(.left; "page")) not read" else "" end)
  + "\n\n## Without a comment\n\n"
  + ($bare | bullets(50; "${"`"}\(.path | gsub("${"`"}"; "'")):\(.line)${"`"} \(.name)"))
  + rest(($bare | length) - 50)
  + "\n\n## Modules\n\n"
  + ([.pages[] | select(.kind == "module")] | bullets(100; "\(.subject | code): \(counted(parts | length; "exported name"))"))
  + ([.pages[] | select(.kind == "overview") | "\n\n## Overview\n\n" + (.content | sub("^# [^\n]*\n+"; "") | gsub("(?<mark>(^|\n)#+ )"; "\(.mark | sub("#"; "##"))") )] | join(""))
end`.trim();

export const documentation: Template = {
  name: "documentation",
  version: 1,
  since: sinceCallTool,
  title: "Documentation",
  description:
    "Which exported names have no comment, and an overview of the modules. A model would add the prose of the comments that are missing.",
  parameters: [pathParameter],
  plan: ({ serverName, parameters }) =>
    reportFlow({
      serverName,
      title: "Documentation report",
      sections: [
        {
          key: "documentation",
          title: "Documentation",
          calls: [
            {
              key: "documentation",
              title: "Generate documentation",
              tool: "generate_documentation",
              arguments: { path: pathOf(parameters), limit: 1000, maxTokens: 100_000, wait: 170 },
            },
          ],
          query,
        },
      ],
    }),
};
