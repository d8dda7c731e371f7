// npm run references -- --subject NAME|DIR [--count N] [--seed S]
// Draws symbols from the sources of a folder and compares their references and their rename with tsserver's. Ends with 1
// when a position differs.
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { startAnalysis } from "../test/support/analysis.ts";
import { differencesOf } from "../test/support/besideTsserver.ts";
import { drawSymbols } from "../test/support/symbols.ts";
import { startTsServer } from "../test/support/tsserver.ts";
import { copySubject, subject } from "./lib/subjects.ts";
import { isSubject } from "./lib/subjectFolders.ts";

const { values } = parseArgs({
  options: {
    subject: { type: "string" },
    count: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
  },
});
if (values.subject === undefined) throw new Error("Name a subject: npm run references -- --subject DIR");
const scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-references-")));
let folder = path.resolve(values.subject);
if (isSubject(values.subject)) {
  folder = path.join(scratch, "subject");
  await copySubject(await subject(values.subject), folder);
}
const drawn = await drawSymbols(folder, { seed: Number(values.seed), count: Number(values.count) });
const ours = startAnalysis(folder);
const theirs = startTsServer();
let positions = 0;
let wrong = 0;
let refused = 0;
try {
  for (const symbol of drawn) {
    const compared = await differencesOf(symbol, { folder, ours, theirs }).catch((error: unknown) => ({
      positions: 0,
      differences: [`${symbol.label}: ${error instanceof Error ? error.message : String(error)}`],
    }));
    positions += compared.positions;
    if ("refused" in compared) refused++;
    if (compared.differences.length > 0) wrong++;
    for (const difference of compared.differences) console.log(difference);
  }
  console.log(
    `${drawn.length} symbols, ${positions} positions, ${wrong} symbols differ, ${refused} renames refused for a declaration outside`,
  );
} finally {
  await ours.close();
  theirs.close();
  await rm(scratch, { recursive: true, force: true });
}
process.exitCode = wrong > 0 ? 1 : 0;
