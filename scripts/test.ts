// npm test: every suite that can run here, then what was skipped and the command that adds it. --fast: no real parts.
// --coverage: counts lines, which takes the fast suites twice as long. With CI=true a missing real part is a failure.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { serverCoverage } from "./lib/coverage.ts";
import { realParts } from "./lib/realParts.ts";
import { suites } from "./lib/suites.ts";
import type { Suite } from "./lib/suites.ts";

const fast = process.argv.includes("--fast");
const leastCoverage = 85;
const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const parts = realParts();
const scratch = await mkdtemp(path.join(tmpdir(), "lfc-test-"));
/** What test/support/reporter.mjs writes. */
const reportFile = z.object({
  passed: z.number(),
  failed: z.number(),
  pending: z.array(z.string()),
  retried: z.array(z.string()),
  slowest: z.array(z.object({ file: z.string(), seconds: z.number() })),
});
const totals = { passed: 0, failed: 0, skipped: 0 };
const notes: string[] = [];
// Coverage is of the whole run only; a part of it would say nothing.
const measured = !fast && only.length === 0 && process.argv.includes("--coverage");
const coverage = serverCoverage();

try {
  if ((await run(["esbuild.mjs"], 120)) !== 0) throw new Error("The build failed.");
  const wanted = suites.filter((suite) => (suite.fast || !fast) && (only.length === 0 || only.includes(suite.name)));
  // No suite waits for the fast ones to end: a core without work costs minutes.
  await runTwoAtATime(wanted.filter((suite) => !suite.alone));
  if (measured) await checkCoverage();
  for (const suite of wanted.filter((suite) => suite.alone)) await runWhenPossible(suite);
} finally {
  await rm(scratch, { recursive: true, force: true });
}
for (const note of notes) console.log(note);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;

/** In the order of the list, so that the longest starts first. */
async function runTwoAtATime(list: readonly Suite[]) {
  const waiting = [...list];
  const worker = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift()) await runWhenPossible(suite);
  };
  await Promise.all([worker(), worker()]);
}

async function runWhenPossible(suite: Suite) {
  const missing = suite.needs.filter((part) => !parts[part].present);
  if (missing.length > 0) skip(suite, missing);
  else await runSuite(suite);
}

async function checkCoverage() {
  const { percent, files, unreadable } = await coverage.result();
  console.log(`\n== coverage of src/server: ${percent.toFixed(1)} % of lines; most missed:`);
  for (const file of files.slice(0, 10))
    console.log(`   ${file.percent.toFixed(0).padStart(3)} % ${file.path} (${file.missed.length} missed)`);
  if (unreadable > 0) console.log(`   without ${unreadable} processes that were killed while they wrote their counts`);
  if (percent >= leastCoverage) return;
  totals.failed++;
  notes.push(`FAILED coverage: ${percent.toFixed(1)} % of lines, at least ${leastCoverage} % is wanted`);
}

function skip(suite: Suite, missing: Suite["needs"]) {
  const install = missing.map((part) => parts[part].install).join(" && ");
  if (process.env["CI"] === "true") {
    totals.failed++;
    notes.push(`FAILED ${suite.name}: ${missing.join(", ")} is not installed (${install})`);
  } else {
    totals.skipped++;
    notes.push(`skipped ${suite.name}: needs ${missing.join(", ")}; add it with: ${install}`);
  }
}

async function runSuite(suite: Suite) {
  const started = performance.now();
  const report = path.join(scratch, `${suite.name}.json`);
  const mocha = [
    "scripts/node.mjs",
    "--bin",
    "mocha",
    "--reporter",
    "test/support/reporter.mjs",
    "--reporter-option",
    `file=${report}`,
    // What other programs do in their own time may be late once; a second try is reported at the end.
    ...(suite.needs.some((part) => part !== "packages") ? ["--retries", "1"] : []),
    ...suite.files,
  ];
  const output: Buffer[] = [];
  const countsFolder = measured && suite.counted ? path.join(scratch, `${suite.name}-coverage`) : undefined;
  const env = countsFolder === undefined ? process.env : { ...process.env, NODE_V8_COVERAGE: countsFolder };
  const code = await run(mocha, suite.seconds, { env, onOutput: (chunk) => void output.push(chunk) });
  if (countsFolder !== undefined) await coverage.add(countsFolder);
  console.log(`\n== ${suite.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  process.stdout.write(Buffer.concat(output));
  const counts = await readFile(report, "utf8").then(
    (text) => reportFile.parse(JSON.parse(text)),
    () => undefined,
  );
  if (counts) {
    totals.passed += counts.passed;
    totals.failed += counts.failed;
    totals.skipped += counts.pending.length;
    if (!suite.fast) {
      const files = counts.slowest.map(({ file, seconds }) => `${path.basename(file)} ${seconds.toFixed(0)} s`);
      console.log(`   longest: ${files.join(", ")}`);
    }
    for (const title of counts.pending) notes.push(`skipped ${suite.name}: ${title}`);
    for (const title of counts.retried) notes.push(`passed or failed at a second try, ${suite.name}: ${title}`);
    if (process.env["CI"] === "true") {
      totals.failed += counts.pending.length;
    }
  }
  // A run that was killed or died before its report must not pass for an empty one.
  if (code !== 0 && (!counts || counts.failed === 0)) {
    totals.failed++;
    notes.push(`FAILED ${suite.name}: ended with ${code ?? "no code"}`);
  }
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Gets what is printed; without it, it is printed at once. */
  readonly onOutput?: (chunk: Buffer) => void;
}

function run(
  args: readonly string[],
  seconds: number,
  { env = process.env, onOutput }: RunOptions = {},
): Promise<number | string | null> {
  return new Promise((resolve) => {
    // A group of its own, so that the time bound ends the launcher, mocha and all they started.
    const group = process.platform !== "win32";
    const child = spawn(process.execPath, args, {
      stdio: onOutput ? ["ignore", "pipe", "pipe"] : "inherit",
      detached: group,
      env,
    });
    if (onOutput) {
      child.stdout?.on("data", onOutput);
      child.stderr?.on("data", onOutput);
    }
    const kill = (signal: NodeJS.Signals) => {
      if (child.pid === undefined) return;
      try {
        process.kill(group ? -child.pid : child.pid, signal);
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => {
      console.error(`Stopped after ${seconds} s: ${args.at(-1)}`);
      kill("SIGTERM");
      setTimeout(kill, 5000, "SIGKILL").unref();
    }, seconds * 1000);
    const interrupted = () => kill("SIGINT");
    process.once("SIGINT", interrupted);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      process.off("SIGINT", interrupted);
      resolve(code ?? signal);
    });
  });
}
