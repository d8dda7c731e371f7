// npm run conformance [-- RUN]: both versions of the official MCP suite, at both revisions.
import { conformanceRuns, runConformance } from "./lib/conformance.ts";
import { realParts } from "./lib/realParts.ts";

const { present, install } = realParts().conformance;
if (!present) {
  console.error(`The conformance suite is not installed: run \`${install}\`.`);
  process.exit(1);
}
const only = process.argv.slice(2).join(" ");
for (const { name } of conformanceRuns.filter((run) => run.name.startsWith(only))) {
  const { problems, facts } = await runConformance(name);
  console.log(`${problems.length === 0 ? "ok" : "FAILED"} ${name}: ${facts}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
