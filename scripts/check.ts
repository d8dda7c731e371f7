// npm run check: types, lint, format, unused code and generated files, side by side. Prints only what is wrong.
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const bin = (...args: string[]) => ["scripts/node.mjs", "--bin", ...args];
const types = (side: string): Check => ({ name: `types of ${side}`, args: bin("tsc", "-p", side) });

interface Check {
  readonly name: string;
  readonly args: readonly string[];
}

const checks: readonly Check[] = [
  {
    name: "lint",
    args: bin("eslint", ".", "--cache", "--cache-location", lintCache(), "--max-warnings", "0"),
  },
  ...["src/server", "src/extension", "src/webview", "test", "scripts"]
    .filter((side) => existsSync(path.join(root, side)))
    .map(types),
  {
    name: "format",
    args: bin("prettier", "--check", "--cache", "--cache-location", ".cache/prettier.json", "--log-level", "warn", "."),
  },
  { name: "imports", args: ["scripts/imports.ts"] },
  { name: "words", args: ["scripts/words.ts"] },
  { name: "files to touch", args: ["scripts/touchPoints.ts"] },
  { name: "unused code", args: bin("knip") },
  { name: "generated files", args: ["scripts/gen.ts", "--check"] },
];

const started = performance.now();
const waiting = [...checks];
let failed = 0;
await Promise.all(Array.from({ length: Math.min(cpus().length, 4) }, worker));
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  failed === 0
    ? `check: all ${checks.length} pass (${seconds} s)`
    : `check: ${failed} of ${checks.length} fail (${seconds} s)`,
);
process.exitCode = failed === 0 ? 0 : 1;

/** ESLint's cache ignores the modules that its configuration imports: their content is part of the cache's name. */
function lintCache() {
  const hash = createHash("sha256");
  for (const file of ["eslint.config.mjs", "scripts/layers.ts", "scripts/lintRules.ts"])
    hash.update(readFileSync(path.join(root, file)));
  return `.cache/eslint-${hash.digest("hex").slice(0, 12)}`;
}

async function worker() {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const { code, output } = await run(check.args);
    if (code === 0) continue;
    failed++;
    console.log(`--- ${check.name}\n${output.trim()}\n`);
  }
}

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.on("close", (code) => resolve({ code, output }));
  });
}
