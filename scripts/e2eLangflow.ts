// npm run e2e:langflow -- VERSION: the whole way with a real Langflow and a real library: rxjs from its npm package is
// connected, the analysis flow pushed and run, and its numbers are compared with the command line's, git's and wc's.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, realpath, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { openAndSave } from "../test/langflow/canvas.ts";
import { startLive, stopShared, versions } from "../test/langflow/live.ts";
import type { Live } from "../test/langflow/live.ts";
import { runCli } from "../test/support/cli.ts";
import { startServer } from "../test/support/server.ts";
import type { RunningServer } from "../test/support/server.ts";
import { commitAll } from "../test/support/workspaces.ts";

const rxjs = "rxjs@7.8.2";
const run = promisify(execFile);
const wanted = process.argv[2] ?? versions.at(-1);
const version = versions.find((one) => one === wanted);
if (version === undefined) {
  console.error(`Use: npm run e2e:langflow -- ${versions.join(" | ")}`);
  process.exit(2);
}

/** What of the answers is compared with the report. */
const analysisAnswer = z.object({
  files: z.number(),
  lines: z.number(),
  languages: z.array(z.object({ language: z.string(), files: z.number(), lines: z.number() })),
});
const qualityAnswer = z.object({
  findings: z.array(
    z.object({ path: z.string(), line: z.number(), rule: z.string(), severity: z.string(), message: z.string() }),
  ),
});
/** A flow of Langflow as far as it is edited here; everything else goes back as it came. */
const flowAnswer = z.object({ data: z.looseObject({ nodes: z.array(z.looseObject({ id: z.string() })) }) });
const repositoryNode = z.looseObject({
  data: z.looseObject({
    node: z.looseObject({ template: z.looseObject({ path: z.looseObject({ value: z.unknown() }) }) }),
  }),
});

const started = performance.now();
await run(process.execPath, ["esbuild.mjs"]);
const scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-e2e-")));
const folder = path.join(scratch, "rxjs");
let live: Live | undefined;
let server: RunningServer | undefined;
try {
  await unpack();
  live = await startLive(version);
  step(`Langflow ${version} runs`);
  server = await startServer({ folders: [folder], data: live.data });
  await connectAndRun(live);
  await pushAgain(live);
} finally {
  await server?.stop();
  await live?.stop();
  await stopShared();
  await rm(scratch, { recursive: true, force: true });
}
step("done");

async function unpack() {
  await run("npm", ["pack", rxjs, "--silent"], { cwd: scratch });
  await run("tar", ["xzf", "rxjs-7.8.2.tgz"], { cwd: scratch });
  await rename(path.join(scratch, "package"), folder);
  commitAll(folder);
  step(`${rxjs} is unpacked and committed`);
}

async function connectAndRun(live: Live) {
  const { registration } = await live.connect(folder);
  assert.equal(registration?.state, "verified");
  step(`registered as ${registration.name}; Langflow counts ${registration.tools} tools`);
  const pushed = await live.ask(folder, "push", "workspace-analysis");
  assert.equal(pushed.result, "created");
  const { report, findings = [], durationMs } = await live.ask(folder, "run", "workspace-analysis");
  step(`run in ${(durationMs / 1000).toFixed(1)} s, ${findings.length} findings`);

  const analysis = analysisAnswer.parse(await call(live, "analyze_repository", { maxTokens: 100_000 }));
  const shown = /^(\d+) files, (\d+) lines/m.exec(report) ?? [];
  assert.deepEqual([Number(shown[1]), Number(shown[2])], [analysis.files, analysis.lines]);
  for (const { language, files, lines } of analysis.languages) {
    assert.ok(report.includes(`| ${language} | ${files} | ${lines} |`), `${language} is not in the report`);
  }
  const list = "git ls-files -coz --exclude-standard";
  assert.equal(analysis.files, await shell(`${list} | tr -cd '\\0' | wc -c`));
  // Every file of this package is text.
  assert.equal(analysis.lines, await shell(`${list} | xargs -0 cat | wc -l`));
  step(`${analysis.files} files and ${analysis.lines} lines: Langflow's report, the command line, git and wc agree`);

  const quality = qualityAnswer.parse(await call(live, "analyze_code_quality", { limit: 200, maxTokens: 100_000 }));
  assert.deepEqual(
    findings,
    quality.findings.map(({ path: file, line, rule, severity, message }) => ({
      path: file,
      line,
      rule,
      severity,
      message,
    })),
  );
  const worst = quality.findings.slice(0, 20);
  for (const { path: file, line } of worst) assert.ok(report.includes(`\`${file}:${line}\``));
  step(`the ${worst.length} worst findings are in the report`);
}

async function pushAgain(live: Live) {
  const again = await live.ask(folder, "push", "workspace-analysis");
  const flows = await live.ask(folder, "list");
  assert.equal(again.result, "unchanged");
  assert.equal(flows.filter(({ template }) => template === "workspace-analysis").length, 1);
  step("a second push leaves one flow");

  await openAndSave(again.url, again.id);
  assert.equal((await live.ask(folder, "push", "workspace-analysis")).result, "unchanged");
  step("opening and saving it in the canvas is no change");

  const flow = flowAnswer.parse(await live.rest("GET", `/api/v1/flows/${again.id}`));
  const node = flow.data.nodes.find(({ id }) => id === "MCPTools-repository");
  assert.ok(node);
  const edited = repositoryNode.parse(node);
  edited.data.node.template.path.value = "src";
  const nodes = flow.data.nodes.map((one) => (one === node ? edited : one));
  await live.rest("PATCH", `/api/v1/flows/${again.id}`, { data: { ...flow.data, nodes } });
  const refused = await live.cli(folder, "push", "workspace-analysis");
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /was changed in Langflow/);
  assert.equal((await live.ask(folder, "push", "workspace-analysis", "--overwrite")).result, "updated");
  step("a push over an edited field asks");
}

async function call(live: Live, tool: string, args: object): Promise<unknown> {
  const { code, stdout, stderr } = await runCli([
    ...["call", tool, JSON.stringify(args)],
    ...["--workspace", folder, "--data", live.data],
  ]);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

async function shell(command: string) {
  return Number((await run("sh", ["-c", command], { cwd: folder })).stdout);
}

function step(text: string) {
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
}
