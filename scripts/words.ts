// npm run check: words that plain English has better ones for, in names, comments, messages and documents. Names are
// split into their words: `untoldCalls` contains "untold".
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

interface Rule {
  /** Of one word, or of several with spaces. */
  readonly find: RegExp;
  readonly say: string;
}

const rules: readonly Rule[] = [
  { find: /\b(mend|mends|mended|mending)\b/, say: "fix, repair" },
  { find: /\b(anew)\b/, say: "again; recreate, restart" },
  { find: /\b(tell|tells|told|untold|telling)\b/, say: "report, say, show; pending" },
  { find: /\b(hold|holds|held|holding|holder|holders)\b/, say: "contain, keep, have; be valid" },
  { find: /\b(hole|holes)\b/, say: "vulnerabilities; unsafe types" },
  { find: /\b(place|places)\b/, say: "position, location, path" },
  { find: /\b(door)\b/, say: "API" },
  { find: /\b(wish|wishes|wished)\b/, say: "setting, choice" },
  { find: /\b(create turns|turns \()/, say: "queue, mutex" },
  { find: /\bshown path\b/, say: "display path" },
  { find: /\b(beat|beats)\b/, say: "heartbeat" },
  { find: /\b(heads)\b/, say: "headers, signatures" },
  { find: /\b(sums)\b/, say: "totals" },
  { find: /\b(quietly)\b/, say: "ignoring errors" },
  { find: /\bso far\b/, say: "partial result, by now" },
  { find: /\b(take|takes|taken|taking|took) out\b/, say: "remove" },
  { find: /\bleave other\b/, say: "keep the others" },
  { find: /\bunless said\b/, say: "default …" },
  { find: /\bfailed inside\b/, say: "internal error" },
  { find: /\bif it stays\b/, say: "if it keeps failing" },
  { find: /\bthere (is|are) not\b/, say: "does not exist, unknown" },
  { find: /\bno way leads\b/, say: "no route" },
  { find: /\bwhatever (its|their)\b/, say: "of any" },
  { find: /\b(is|are) claimed\b/, say: "assertion" },
  { find: /\bin a circle\b/, say: "cycle" },
  { find: /\bwhat costs health\b/, say: "what lowers the score" },
  { find: /\b(one life|a life|server life)\b/, say: "process" },
  { find: /\brefuses the disk|disk that refuses\b/, say: "write error" },
];

const files = execFileSync(
  "git",
  [
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
    "src",
    "docs",
    "scripts",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
  ],
  { encoding: "utf8" },
)
  .split("\n")
  .filter((file) => /\.(ts|tsx|mjs|md|css)$/.test(file) && file !== "scripts/words.ts" && existsSync(file));

let hits = 0;
for (const file of files) {
  for (const [at, line] of readFileSync(file, "utf8").split("\n").entries()) {
    // Names of others stay as they are: `words:ignore` with the reason stands on their line.
    if (line.includes("words:ignore")) continue;
    const words = line
      // VS Code's own name.
      .replaceAll("placeHolder", "")
      // Git's own name.
      .replaceAll(/refs\W{1,2}heads/g, "")
      .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
      .replaceAll(/[_-]/g, " ")
      .toLowerCase();
    for (const { find, say } of rules) {
      const [found] = find.exec(words) ?? [];
      if (found === undefined) continue;
      hits++;
      console.log(`${file}:${at + 1}: "${found}": ${say}\n  ${line.trim().slice(0, 160)}`);
    }
  }
}
if (hits > 0) console.log(`${hits} words that plain English has better ones for.`);
process.exitCode = hits > 0 ? 1 : 0;
