// How many source files an addition touches, by the worked examples of docs/adding-*.md. Fails when one touches more than
// it may; the test suite `contributing` applies and runs the examples.
import { mostFiles, readExamples } from "./lib/examples.ts";

const examples = readExamples(".");
let failed = false;
for (const { kind, sources } of examples) {
  const most = mostFiles[kind] ?? Infinity;
  const wrong = sources.length === 0 || sources.length > most;
  failed ||= wrong;
  const limit = Number.isFinite(most) ? ` (at most ${most})` : "";
  console.log(`${wrong ? "!! " : "ok "} ${kind.padEnd(10)} ${sources.length} files${limit}: ${sources.join(", ")}`);
}
for (const kind of Object.keys(mostFiles)) {
  if (examples.some((example) => example.kind === kind)) continue;
  failed = true;
  console.log(`!!  ${kind}: docs/adding-${kind}.md is missing`);
}
process.exitCode = failed ? 1 : 0;
