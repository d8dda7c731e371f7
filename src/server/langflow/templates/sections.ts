/**
 * jq programs that turn a tool's answer into Markdown. The answer comes as the one row of a table. Paths and messages
 * are the workspace's own text: they stand in code spans or after them, and a table cell holds none.
 */
const prelude = String.raw`
def failed: if .error then "failed: \(.error.message) \(.error.remedy // "")" elif .jobId then "was not done in time; run the flow again." else null end;
def code: "${"`"}\(tostring | gsub("${"`"}"; "'"))${"`"}";
def more($list; $shown): if ($list | length) > $shown then "\n- and \(($list | length) - $shown) more" else "" end;
def bullets($list; $shown; f): if ($list | length) == 0 then "None." else ($list[:$shown] | map("- " + f) | join("\n")) + more($list; $shown) end;
`;

export const repositorySection = String.raw`${prelude}
def facts: to_entries | map(select(.value | type == "number" or type == "string") | "\(.key) \(.value)") | join(", ");
def entry: if type == "object" then ((.path // .name // .module // "") | code) + " " + (del(.path, .name, .module) | facts) else code end;
def chain: if type == "array" then map(code) | join(" → ") elif type == "object" then ((.paths // .files // .modules // []) | map(code) | join(" → ")) else code end;
.results[0]
| (failed) as $failed
| "# Workspace analysis\n\n" + if $failed then "analyze_repository " + $failed else
  "\(.files) files, \(.lines) lines" + (if .complete == false then " (not everything could be read)" else "" end) + "\n\n"
  + "## Languages\n\n| Language | Files | Lines |\n| --- | ---: | ---: |\n"
  + (.languages | map("| \(.language) | \(.files) | \(.lines) |") | join("\n"))
  + "\n\n## Hot spots\n\n" + bullets(.hotSpots // []; 10; entry)
  + "\n\n## Import cycles\n\n" + bullets(.cycles // []; 10; chain)
end`.trim();
