// Runs the official MCP conformance suite against our HTTP stack and judges every check that it wrote, since the suite
// itself lets warnings, checks that tested nothing and misspelt names of its baseline pass.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { realParts } from "./realParts.ts";
import type { ConformanceVersion } from "./realParts.ts";

const checksFile = z.array(
  z.object({
    id: z.string(),
    status: z.string(),
    description: z.string().optional(),
    errorMessage: z.string().optional(),
  }),
);
type Check = z.infer<typeof checksFile>[number];
const baselineFile = z.object({
  reasons: z.record(z.string(), z.string()),
  runs: z.record(
    z.string(),
    /** `says`: every check that does not succeed, as `id: text`. */
    z.record(z.string(), z.object({ reason: z.string(), says: z.array(z.string()) })),
  ),
});
type Baseline = z.infer<typeof baselineFile>;
type Expected = Baseline["runs"][string][string];
interface Verdict {
  run: string;
  problems: readonly string[];
  facts: string;
}

export const conformanceRuns: readonly { name: string; version: ConformanceVersion; args: readonly string[] }[] = [
  { name: "0.1.16", version: "0.1.16", args: ["--suite", "all"] },
  { name: "0.2.0-alpha.12 at 2025-11-25", version: "0.2.0-alpha.12", args: ["--requirements", "2025-11-25"] },
  { name: "0.2.0-alpha.12 at 2026-07-28", version: "0.2.0-alpha.12", args: ["--requirements", "2026-07-28"] },
];

const runMs = 240_000;

export function readBaseline(): Baseline {
  return baselineFile.parse(
    JSON.parse(readFileSync(new URL("../../test/conformance/baseline.json", import.meta.url), "utf8")),
  );
}

/** @param name of a run */
export async function runConformance(name: string): Promise<Verdict> {
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

/** The suite ignores a baseline name that it does not know: a misspelt one would excuse nothing, and nobody would see. */
export function lintBaseline(
  expected: Record<string, Expected>,
  reasons: Record<string, string>,
  listed: readonly string[],
): string[] {
  return Object.entries(expected).flatMap(([scenario, { reason, says }]) => [
    ...(listed.includes(scenario) ? [] : [`${scenario} is in the baseline and not in the suite`]),
    ...(reasons[reason] ? [] : [`${scenario} has no reason in the baseline`]),
    ...(says.length > 0 ? [] : [`${scenario} is in the baseline and excuses nothing`]),
  ]);
}

/** @returns every check that did not succeed and is not expected word for word, and every one expected in vain */
export function judge(scenario: string, checks: readonly Check[], expected: Expected | undefined): string[] {
  const succeeded = checks.some(({ status }) => status === "SUCCESS");
  const failures = checks.filter(({ status }) => status !== "SUCCESS" && status !== "INFO");
  // Nothing failed and nothing was shown: what the suite notes instead has to be what we know of.
  const reported = failures.length === 0 && !succeeded ? checks : failures;
  const says = reported.map(({ id, errorMessage, description }) => `${id}: ${errorMessage ?? description ?? ""}`);
  const known = expected?.says ?? [];
  return [
    ...(checks.length === 0 ? [`${scenario}: wrote no check`] : []),
    ...says.filter((line) => !known.includes(line)).map((line) => `${scenario}: ${line}`),
    ...known
      .filter((line) => !says.includes(line))
      .map((line) => `${scenario}: no longer so, take it out of the baseline: ${line}`),
  ];
}

function readResults(folder: string): Map<string, readonly Check[]> {
  const names = readdirSync(folder);
  return new Map(
    names.map((name) => [
      name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, ""),
      checksFile.parse(JSON.parse(readFileSync(join(folder, name, "checks.json"), "utf8"))),
    ]),
  );
}

/** @param list what `list --server` prints */
function scenarioNames(list: string): readonly string[] {
  return [...list.matchAll(/^ {2}- (\S+)/gm)].map((match) => match[1] ?? "");
}

async function startServer(): Promise<{ url: string; stop(): void }> {
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", new URL("../../test/conformance/server.ts", import.meta.url).pathname],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit").then(() => {
    throw new Error("The test server ended early.");
  });
  ended.catch(() => undefined);
  const [line] = z.tuple([z.string()]).parse(await Promise.race([once(createInterface(child.stdout), "line"), ended]));
  return { ...z.object({ url: z.string() }).parse(JSON.parse(line)), stop: () => void child.kill("SIGTERM") };
}

/** Exits with 1 for every failure that our own judgement knows of, so its code says nothing. */
async function suite({ script, node }: { script: string; node: string }, args: readonly string[]): Promise<string> {
  const child = spawn(node, [script, ...args], { stdio: ["ignore", "pipe", "pipe"], timeout: runMs });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code === null) throw new Error(`The suite did not end within ${runMs / 1000} s:\n${output.slice(-2000)}`);
  return output;
}
