import { counted, prelude } from "./jq.ts";
import { reportFlow } from "./reportFlow.ts";
import { sinceCallTool } from "./template.ts";
import type { Template } from "./template.ts";

/** By the type of a conventional commit (https://www.conventionalcommits.org), else by the word before a colon, else by the first word. */
const query = (since: string) =>
  String.raw`${prelude}${counted}
def parsed: (.subject | capture("^(?<type>[A-Za-z][\\w./-]*)(?:\\((?<scope>[^()]*)\\))?(?<mark>!)?: +(?<text>.+)$"))
  // (.subject | capture("^(?<type>\\S+)") + {text: .});
def entry: . as $commit | parsed as $parsed | {
  type: ($parsed.type | ascii_downcase),
  isBreaking: ($parsed.mark == "!" or ((.body // "") | test("(^|\n)BREAKING[ -]CHANGE: "))),
  line: ((if $parsed.scope and $parsed.scope != "" then "\($parsed.scope): " else "" end) + ($parsed.text // .subject) + " (\(.id | code))")
};
def heading: {feat: "Features", fix: "Fixes", perf: "Performance", docs: "Documentation", refactor: "Refactoring", test: "Tests", build: "Build", ci: "Build", chore: "Chores", revert: "Reverts"}[.] // ((.[:1] | ascii_upcase) + .[1:]);
def order: . as $type | ["feat", "fix", "perf"] | index($type) // 9;
def listed($heading): "\n\n## \($heading)\n\n" + (map("- " + .line) | join("\n"));
.results[0]
| failed as $failed
| if $failed then "# Release notes\n\ngit_operations " + $failed else
  (.commits | map(select((.parents | length) < 2) | entry)) as $entries
  | "# Release notes\n\n\(counted($entries | length; "change")) since "
  + ${since === "" ? String.raw`(if .tag then (.tag | code) else "the first commit" end)` : `(${JSON.stringify(since)} | code)`}
  + (if .left > 0 then "; \(counted(.left; "older commit")) not listed" else "" end)
  + ($entries | map(select(.isBreaking)) | if length > 0 then listed("Breaking changes") else "" end)
  + ($entries | group_by(.type | heading) | sort_by([(.[0].type | order), -length, .[0].type]) | map(. as $group | $group | listed($group[0].type | heading)) | join(""))
end`.trim();

export const releaseNotes: Template = {
  name: "release-notes",
  version: 1,
  since: sinceCallTool,
  title: "Release notes",
  description:
    "The commits since the last tag, grouped by their type. A model would add sentences for users instead of the subjects of commits.",
  parameters: [
    {
      name: "since",
      title: "Since",
      default: "",
      description: "Tag, branch or commit after which the notes begin; the last tag when empty",
    },
  ],
  plan({ serverName, parameters: { since = "" } }) {
    const range = since === "" ? { since: "last tag" } : { ref: `${since}..HEAD` };
    return reportFlow({
      serverName,
      title: "Release notes",
      sections: [
        {
          key: "log",
          title: "Log",
          calls: [
            {
              key: "log",
              title: "Git log",
              tool: "git_operations",
              arguments: { operation: "log", ...range, limit: 200, maxTokens: 100_000 },
            },
          ],
          query: query(since),
        },
      ],
    });
  },
};
