import { prelude } from "./jq.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

const query = String.raw`${prelude}
def mebibytes: "\(. / 1048576 | floor) MiB";
def use: "\(.used | mebibytes) of \(.total | mebibytes)";
def hint: .message + " " + .remedy;
.results[0]
| failed as $failed
| "# System health\n\n" + if $failed then "get_health " + $failed else
  "Status **\(.status)**, version \(.version), up for \(.uptimeSeconds) s\n\n## Modules\n\n"
  + (.modules | bullets(20; "\(.name): \(.state)" + (if .problem then ". " + (.problem | hint) else "" end)))
  + "\n\n## Langflow\n\n\(.link.state)"
  + (if .link.latencyMs then ", last answer after \(.link.latencyMs) ms" else "" end)
  + (.link.warnings | map("\n- " + .) | join(""))
  + "\n\n## Machine\n\n" + (if .machine then .machine |
      "- This server: \(.processMemory | mebibytes)"
      + (if .memory then "\n- Memory: " + (.memory | use) else "" end)
      + (if .disk then "\n- Disk: " + (.disk | use) else "" end)
      + (if .cpu then "\n- Processors: \(.cpu * 100 | round) % busy" else "" end)
    else "Not measured yet." end)
  + "\n\n## Alerts\n\n" + (.alerts | bullets(20; "\(.severity): " + hint))
  + "\n\n## What to change\n\n" + (.recommendations | bullets(20; hint))
end`.trim();

export const systemHealth: Template = {
  name: "system-health",
  version: 1,
  since: sinceCallTool,
  title: "System health",
  description:
    "How the server of the workspace, its machine and its link to Langflow are. A model would add which of the problems has to be fixed first.",
  plan: ({ serverName }) =>
    reportFlow({
      serverName,
      title: "Health report",
      sections: [
        {
          key: "health",
          title: "Health",
          calls: [{ key: "health", title: "Get health", tool: "get_health", arguments: {} }],
          query,
        },
      ],
    }),
};
