// npm run git -- [--repository DIR] [--count N] [--seed S]
// Asks git_operations about drawn commits, files and pairs of commits of a repository, reads every page, and compares with what
// the git program prints in another form. Without a repository, made ones of every shape are compared whole, and one of 100,000
// commits is timed beside git. Ends with 1 when an answer differs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { besideGit, differenceIn } from "../test/support/besideGit.ts";
import type { Comparison } from "../test/support/besideGit.ts";
import { connect } from "../test/support/clients.ts";
import { compareAll, gitShapes } from "../test/support/gitShapes.ts";
import { longHistory, timesBesideGit } from "../test/support/longHistory.ts";
import { startServer } from "../test/support/server.ts";
import { randomFrom } from "./lib/draws.ts";

const { values } = parseArgs({
  options: {
    repository: { type: "string" },
    count: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    commits: { type: "string", default: "100000" },
  },
});
const scratch = mkdtempSync(path.join(tmpdir(), "lfc-git-"));
// Without settings of the user, and so that no text of the repository can be taken for a path of this machine.
process.env["HOME"] = mkdtempSync(path.join(tmpdir(), "lfc-home-"));
let compared = 0;
const different: string[] = [];
const folder = values.repository === undefined ? scratch : path.resolve(values.repository);
const shapes = values.repository === undefined ? gitShapes(scratch) : undefined;
if (shapes) longHistory(path.join(scratch, "long"), Number(values.commits));
const server = await startServer({ folders: [folder] });
const client = await connect("2026-07-28 http", server, [folder]);
try {
  if (shapes) {
    for (const shape of shapes) for await (const each of compareAll(client, scratch, shape)) note(each);
    const times = timesBesideGit({ client, folder: path.join(scratch, "long"), path: "long" });
    for await (const { comparison, ours, theirs } of times) {
      note(comparison);
      const ratio = (ours / Math.max(theirs, 1)).toFixed(1);
      console.log(`${comparison.what.padEnd(30)} ${ours.toFixed(0)} ms, git ${theirs.toFixed(0)} ms: ${ratio}`);
    }
  } else await compareDrawn();
} finally {
  await client.close();
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(`${compared} answers, ${different.length} differ`);
process.exitCode = different.length > 0 ? 1 : 0;

async function compareDrawn(): Promise<void> {
  const beside = besideGit({ client, folder, path: "." });
  const random = randomFrom(Number(values.seed));
  const draw = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  const commits = beside.git("log", "--all", "--format=%H").split("\n").filter(Boolean);
  // Of files with credentials by their name no lines are shown.
  const files = beside
    .git("ls-files", "-z")
    .split("\0")
    .filter((name) => name !== "" && !/\.(pem|key)$|\.env/.test(name));
  note(await beside.log());
  note(await beside.status());
  note(await beside.branches());
  for (let turn = 0; turn < Number(values.count); turn++) {
    const [commit, other, file] = [draw(commits), draw(commits), draw(files)];
    note(await beside.show(commit));
    note(await beside.between(commit, other));
    note(await beside.log({ path: file }));
    note(await beside.blame(file));
  }
}

function note(comparison: Comparison): void {
  compared++;
  const difference = differenceIn(comparison);
  if (difference === undefined) return;
  different.push(difference);
  console.log(difference);
}
