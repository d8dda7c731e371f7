// @ts-check
// Runs the official MCP conformance suite against our HTTP stack and judges every check that it wrote, since the suite
// itself lets warnings, checks that tested nothing and misspelt names of its baseline pass.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { realParts } from "./realParts.ts";

/** @typedef {{ id: string, status: string, description?: string, errorMessage?: string }} Check */
/** @typedef {{ reason: string, says: readonly string[] }} Expected `says`: every check that does not succeed, as `id: text` */
/** @typedef {{ reasons: Record<string, string>, runs: Record<string, Record<string, Expected>> }} Baseline */
/** @typedef {{ run: string, problems: readonly string[], facts: string }} Verdict */

/** @type {readonly { name: string, version: import("./realParts.ts").ConformanceVersion, args: readonly string[] }[]} */
export const conformanceRuns = [
  { name: "0.1.16", version: "0.1.16", args: ["--suite", "all"] },
  { name: "0.2.0-alpha.12 at 2025-11-25", version: "0.2.0-alpha.12", args: ["--requirements", "2025-11-25"] },
  { name: "0.2.0-alpha.12 at 2026-07-28", version: "0.2.0-alpha.12", args: ["--requirements", "2026-07-28"] },
];

const runMs = 240_000;

/** @returns {Baseline} */
export function readBaseline() {
  return JSON.parse(readFileSync(new URL("../../test/conformance/baseline.json", import.meta.url), "utf8"));
}

/**
 * @param {string} name of a run
 * @returns {Promise<Verdict>}
 */
export async function runConformance(name) {
  const run = conformanceRuns.find((one) => one.name === name);
  if (!run) throw new Error(`There is no run ${name}.`);
  const part = realParts().conformance.versions[run.version];
  const baseline = readBaseline();
  const expected = baseline.runs[name] ?? {};
  const output = mkdtempSync(join(tmpdir(), "lfc-conformance-"));
  const server = await startServer();
  try {
    const listed = scenarioNames(await suite(part, ["list", "--server"]));
    await suite(part, ["server", "--url", server.url, ...run.args, "--output-dir", output]);
    const results = readResults(output);
    const problems = [
      ...lintBaseline(expected, baseline.reasons, listed),
      ...Object.keys(expected)
        .filter((scenario) => !results.has(scenario))
        .map((scenario) => `${scenario} is in the baseline and was not run`),
      ...[...results].flatMap(([scenario, checks]) => judge(scenario, checks, expected[scenario])),
      ...(results.size < 30 ? [`only ${results.size} scenarios were run`] : []),
    ];
    const passed = [...results.keys()].filter((scenario) => !(scenario in expected)).length;
    const facts = `${results.size} scenarios, ${passed} pass, ${results.size - passed} as the baseline says`;
    return { run: name, problems, facts };
  } finally {
    server.stop();
    rmSync(output, { recursive: true, force: true });
  }
}

/**
 * The suite ignores a baseline name that it does not know: a misspelt one would excuse nothing, and nobody would see.
 * @param {Record<string, Expected>} expected
 * @param {Record<string, string>} reasons
 * @param {readonly string[]} listed
 * @returns {string[]}
 */
export function lintBaseline(expected, reasons, listed) {
  return Object.entries(expected).flatMap(([scenario, { reason, says }]) => [
    ...(listed.includes(scenario) ? [] : [`${scenario} is in the baseline and not in the suite`]),
    ...(reasons[reason] ? [] : [`${scenario} has no reason in the baseline`]),
    ...(says.length > 0 ? [] : [`${scenario} is in the baseline and excuses nothing`]),
  ]);
}

/**
 * @param {string} scenario
 * @param {readonly Check[]} checks
 * @param {Expected | undefined} expected
 * @returns {string[]} every check that did not succeed and is not expected word for word, and every one expected in vain
 */
export function judge(scenario, checks, expected) {
  const succeeded = checks.some(({ status }) => status === "SUCCESS");
  const failures = checks.filter(({ status }) => status !== "SUCCESS" && status !== "INFO");
  // Nothing failed and nothing was shown: what the suite notes instead has to be what we know of.
  const told = failures.length === 0 && !succeeded ? checks : failures;
  const says = told.map(({ id, errorMessage, description }) => `${id}: ${errorMessage ?? description ?? ""}`);
  const known = expected?.says ?? [];
  return [
    ...(checks.length === 0 ? [`${scenario}: wrote no check`] : []),
    ...says.filter((line) => !known.includes(line)).map((line) => `${scenario}: ${line}`),
    ...known
      .filter((line) => !says.includes(line))
      .map((line) => `${scenario}: no longer so, take it out of the baseline: ${line}`),
  ];
}

/**
 * @param {string} folder
 * @returns {Map<string, readonly Check[]>}
 */
function readResults(folder) {
  const names = readdirSync(folder);
  return new Map(
    names.map((name) => [
      name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ""),
      JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8")),
    ]),
  );
}

/**
 * @param {string} list what `list --server` prints
 * @returns {readonly string[]}
 */
function scenarioNames(list) {
  return [...list.matchAll(/^ {2}- (\S+)/gm)].map((match) => match[1] ?? "");
}

/** @returns {Promise<{ url: string, stop(): void }>} */
async function startServer() {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", new URL("../../test/conformance/server.ts", import.meta.url).pathname],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit").then(() => {
    throw new Error("The test server ended early.");
  });
  ended.catch(() => undefined);
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  return { url: JSON.parse(String(line)).url, stop: () => void child.kill("SIGTERM") };
}

/**
 * Exits with 1 for every failure that our own judgement knows of, so its code says nothing.
 * @param {{ script: string, node: string }} part
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
async function suite({ script, node }, args) {
  const child = spawn(node, [script, ...args], { stdio: ["ignore", "pipe", "pipe"], timeout: runMs });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code === null) throw new Error(`The suite did not end within ${runMs / 1000} s:\n${output.slice(-2000)}`);
  return output;
}
