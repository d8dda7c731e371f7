/**
 * What the jq programs share that turn a tool's answer into Markdown. The answer comes as the one row of a table. Paths and
 * messages are the workspace's own text: paths stand in code spans, and no table cell contains one.
 */
export const prelude = String.raw`
def failed: if .error then "failed: \(.error.message) \(.error.remedy // "")" elif .jobId then "was not done in time; run the flow again." else null end;
def code: "${"`"}\(tostring | gsub("${"`"}"; "'"))${"`"}";
def bullets($shown; f): if length == 0 then "None." else (.[:$shown] | map("- " + f) | join("\n")) end;
def rest($more): if $more > 0 then "\n- and \($more) more" else "" end;
`;

/** `counted(2; "call")` is "2 calls". Not in the prelude, which flows that are pushed already contain. */
export const counted = String.raw`def counted($number; $word): "\($number) \($word)" + (if $number == 1 then "" else "s" end);`;
