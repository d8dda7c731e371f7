import { prelude } from "./jq.ts";

export const repositorySection = String.raw`${prelude}
def hotSpot: "\(.path | code) complexity \(.complexity), \(.lines) lines" + (if .commits then ", \(.commits) commit" + (if .commits == 1 then "" else "s" end) else "" end);
def cycle: (.path + .path[:1] | map(code) | join(" → ")) + " (\(.files) files" + (if .kind == "types" then ", types only" else "" end) + ")";
.results[0]
| failed as $failed
| "# Workspace analysis\n\n" + if $failed then "analyze_repository " + $failed else
  "\(.files) files, \(.lines) lines" + (if .complete == false then " (some files could not be read)" else "" end) + "\n\n"
  + "## Languages\n\n| Language | Files | Lines |\n| --- | ---: | ---: |\n"
  + (.languages | map("| \(.language) | \(.files) | \(.lines) |") | join("\n"))
  + (if .health.score then "\n\n## Health\n\n\(.health.score) of 100\n" + (.health.reasons | map("\n- \(.points): \(.reason)") | join("")) else "" end)
  + "\n\n## Hot spots\n\n" + (.hotSpots | bullets(10; hotSpot)) + rest((.hotSpots | length) + (.left.hotSpots // 0) - 10)
  + "\n\n## Import cycles\n\n" + (.cycles | bullets(10; cycle)) + rest((.cycles | length) + (.left.cycles // 0) - 10)
end`.trim();

export const qualitySection = String.raw`${prelude}
def finding: "${"`"}\(.path | gsub("${"`"}"; "'")):\(.line)${"`"} \(.message) (\(.rule))";
.results[0]
| failed as $failed
| "## Worst findings\n\n" + if $failed then "analyze_code_quality " + $failed else
  (.findings | bullets(20; finding)) + rest(.total + (.behind // 0) - 20)
end`.trim();
