import assert from "node:assert/strict";
import { flowChecker } from "../../src/server/flows/check/checkFlow.ts";
import type { FoundProblem } from "../../src/server/flows/check/problem.ts";
import { fieldsOf } from "../../src/server/flows/check/flowGraph.ts";
import { catalogueOf } from "../../src/server/langflow/client/components.ts";
import { refusals } from "./graphOracle.ts";
import type { CheckedFlows } from "../../src/protocol/flowFiles.ts";
import { runCli } from "../support/cli.ts";
import type { Langflow } from "../support/langflow.ts";
import { scratchWorkspace } from "../support/workspaces.ts";
import type { ScratchWorkspace } from "../support/workspaces.ts";
import path from "node:path";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { mutationsOf } from "./flowMutations.ts";
import type { FlowData, Mutation } from "./flowMutations.ts";
import { sharedLangflow } from "./live.ts";
import { askLangflow } from "./rest.ts";
import { starterProjects } from "./starterProjects.ts";

const seed = 20;

/** Of a package that is not installed here, and so nothing that a file could say. */
const needsPackage = /No module named/;

describe("flow check without a connection", function () {
  this.timeout(300_000);
  let workspace: ScratchWorkspace;
  const data = mkdtempSync(path.join(tmpdir(), "lfc-check-"));

  before(async () => {
    const [flow] = starterProjects().values();
    assert.ok(flow);
    const component = flow.nodes.find(({ data: { node } }) => node.template["code"]);
    const code = component?.data.node.template["code"];
    assert.ok(code);
    code["value"] = `${String(code["value"])}\n# older\n`;
    const id = "0d1d4d40-0000-4000-8000-000000000001";
    const text = JSON.stringify({ id, name: "Cider", data: flow });
    workspace = await scratchWorkspace({ "flows/cider.json": text });
  });

  after(async () => {
    rmSync(data, { recursive: true });
    await workspace.remove();
  });

  async function check(...args: readonly string[]): Promise<{ answer: CheckedFlows; text: string }> {
    const all = ["flow", "check", "--workspace", workspace.folder, "--data", data, ...args];
    const [asJson, asText] = await Promise.all([runCli([...all, "--json"]), runCli(all)]);
    assert.deepEqual([asJson.code, asText.code], [0, 0], asJson.stderr);
    return { answer: JSON.parse(asJson.stdout) as CheckedFlows, text: asText.stdout };
  }

  const outdated = ({ files }: CheckedFlows) =>
    files.flatMap(({ problems }) => problems).filter(({ code }) => code === "outdated-component").length;

  it("checks what needs no components when none are known, and says so", async () => {
    const { answer, text } = await check();
    assert.deepEqual([answer.catalogue, outdated(answer)], [undefined, 0]);
    assert.match(text, /No components are known to compare with/);
  });

  it("compares with those of the last Langflow, and says so", async () => {
    const { url, apiKey } = await sharedLangflow("1.13.0");
    const keyFile = path.join(data, "key");
    writeFileSync(keyFile, apiKey, { mode: 0o600 });
    const there = await check("--url", url, "--key-file", keyFile);
    assert.deepEqual(there.answer.catalogue, { version: "1.13.0", from: "langflow" });
    assert.equal(outdated(there.answer), 1);
    assert.doesNotMatch(there.text, /Not connected/);

    const { answer, text } = await check();
    assert.deepEqual(answer, { ...there.answer, catalogue: { version: "1.13.0", from: "cache" } });
    assert.match(text, /Not connected: compared with the components that Langflow 1\.13\.0 had last/);
  });
});

describe("flow check beside what only the connected Langflow knows", function () {
  this.timeout(300_000);
  const data = mkdtempSync(path.join(tmpdir(), "lfc-check-"));
  const ran = path.join(data, "ran");
  let workspace: ScratchWorkspace;
  let langflow: Langflow;
  const ask = (method: string, at: string, body?: unknown) => askLangflow(langflow).ask(method, at, body);
  const block = (...blocked: string[]) => ask("PUT", "/api/v1/catalog-policy/components", { blocked });

  before(async () => {
    langflow = await sharedLangflow("1.13.0");
    const catalogue = catalogueOf(await ask("GET", "/api/v1/all"));
    const node = (id: string, code?: readonly string[]) => {
      const type = id.split("-")[0] ?? "";
      const component = catalogue.get(type);
      assert.ok(component);
      const { template } = component;
      const own = code ? { ...template, code: { ...fieldsOf(template["code"]), value: code } } : template;
      const position = { x: 0, y: 0 };
      return { id, type: "genericNode", position, data: { id, type, node: { ...component, template: own } } };
    };
    const nodes = [
      node("CombineText-1"),
      node("CustomComponent-1", ["class Press:", "    juice = = 3"]),
      node("CustomComponent-2", [
        "import orchard.press",
        "",
        `def press(log=open(${JSON.stringify(ran)}, "w")):`,
        "    pass",
      ]),
    ];
    const id = "0d1d4d40-0000-4000-8000-000000000002";
    const flow = { id, name: "Cider", data: { nodes, edges: [] } };
    workspace = await scratchWorkspace({ "flows/cider.json": JSON.stringify(flow, null, 2) });
  });

  after(async () => {
    await block();
    rmSync(data, { recursive: true });
    await workspace.remove();
  });

  const run = async ({ url, apiKey }: Langflow, command: string, ...args: readonly string[]) => {
    const keyFile = path.join(data, "key");
    writeFileSync(keyFile, apiKey, { mode: 0o600 });
    const server = ["--url", url, "--key-file", keyFile];
    const { stdout } = await runCli([
      "flow",
      command,
      "--workspace",
      workspace.folder,
      "--data",
      data,
      ...server,
      ...args,
    ]);
    return stdout;
  };
  const check = async (server: Langflow, format: string) => JSON.parse(await run(server, "check", format)) as unknown;
  const found = async (server: Langflow, ...codes: readonly string[]) => {
    const { files } = (await check(server, "--json")) as CheckedFlows;
    const problems = files.flatMap(({ problems: all }) => all).filter(({ code }) => codes.includes(code));
    return problems.map(({ code, severity, node, field, message }) => [code, severity, node, field, message]);
  };

  it("reports code that does not compile, in its line, and packages that are not there, and runs nothing", async () => {
    const codes = ["broken-code", "missing-package"];
    assert.deepEqual(await found(langflow, ...codes), [
      [
        ...["broken-code", "error", "CustomComponent-1", "code"],
        'The code of Custom Component does not compile, in line 2: "invalid syntax".',
      ],
      [
        ...["missing-package", "error", "CustomComponent-2", "code"],
        `The code of Custom Component imports what this Langflow does not have: "No module named 'orchard.press'".`,
      ],
    ]);
    const { runs } = (await check(langflow, "--sarif")) as { runs: [{ results: Result[] }] };
    const line = runs[0].results.find(({ ruleId }) => ruleId === "broken-code")?.locations[0].physicalLocation.region;
    const text = readFileSync(path.join(workspace.folder, "flows", "cider.json"), "utf8");
    assert.match(text.split("\n")[(line?.startLine ?? 0) - 1] ?? "", /juice = = 3/);
    assert.deepEqual(await found(await sharedLangflow("0.7.3"), ...codes), [], "1.7 would run it");
    assert.ok(!existsSync(ran), "no code of the file ran");
  });

  it("is in the explanation of a flow, whose fields are those that differ from this Langflow's", async () => {
    const markdown = await run(langflow, "explain", "flows/cider.json");
    assert.match(markdown, /\n\nCompared with Langflow 1\.13\.0: [^\n]*\n$/);
    assert.match(
      markdown,
      /\n- Error `broken-code`, 1 ×\n {2}- The code of Custom Component does not compile, in line 2/,
    );
    assert.match(markdown, /\n### 1 Combine Text\n\n`CombineText`: [A-Z][^\n]*\.\n\n- Id: `CombineText-1`\n/);
  });

  it("reports a component that an administrator blocked, as long as it is", async () => {
    assert.deepEqual(await found(langflow, "blocked-component"), []);
    await block("CombineText");
    assert.deepEqual(await found(langflow, "blocked-component"), [
      [
        ...["blocked-component", "error", "CombineText-1", undefined],
        "The policy of this Langflow blocks the component Combine Text.",
      ],
    ]);
    const flow = JSON.parse(readFileSync(path.join(workspace.folder, "flows", "cider.json"), "utf8")) as {
      data: FlowData;
    };
    const body = { name: "Cider", data: { nodes: flow.data.nodes.slice(0, 1), edges: [] } };
    await assert.rejects(ask("POST", "/api/v1/flows/", body), /polic/i, "Langflow says the same");
  });
});

describe("flow check --sarif", function () {
  this.timeout(60_000);

  it("points at the line of the file, and ends with 1 for an error, 0 without one, and 2 for wrong use", async () => {
    const [data] = starterProjects().values();
    assert.ok(data);
    const id = "0d1d4d40-0000-4000-8000-000000000001";
    const [edge] = data.edges;
    assert.ok(edge);
    const broken = { ...data, edges: [{ ...edge, target: "Gone-1" }] };
    const text = JSON.stringify({ id, name: "Cider", data: broken }, null, 2);
    const whole = JSON.stringify({ id, name: "Perry", data }, null, 2);
    const workspace = await scratchWorkspace({ "flows/cider.json": text, "flows/perry.json": whole });
    try {
      const all = ["--workspace", workspace.folder, "--data", path.join(workspace.folder, "data")];
      const check = (...args: readonly string[]) => runCli(["flow", "check", ...args, ...all]);
      const { code, stdout } = await check("--sarif");
      const { runs } = JSON.parse(stdout) as { runs: [{ results: Result[] }] };
      const [result] = runs[0].results.filter(({ level }) => level === "error");
      const at = result?.locations[0].physicalLocation;
      assert.deepEqual([code, result?.ruleId, at?.artifactLocation.uri], [1, "missing-node", "flows/cider.json"]);
      const line = text.split("\n")[(at?.region.startLine ?? 0) - 1] ?? "";
      assert.match(line.slice((at?.region.startColumn ?? 0) - 1), /^"(reactflow__|xy-)edge/);
      assert.equal((await check("flows/perry.json")).code, 0);
      assert.equal((await check("--nonsense")).code, 2);
    } finally {
      await workspace.remove();
    }
  });
});

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly locations: [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number; readonly startColumn: number };
      };
    },
  ];
}

describe("the check of flows beside Langflow's own build", function () {
  this.timeout(300_000);
  const projects = starterProjects();
  const mutated = new Map<string, Mutation>();
  let refused: ReadonlyMap<string, string | null>;
  let problemsOf: (data: FlowData) => readonly FoundProblem[];

  before(async () => {
    const langflow = await sharedLangflow("1.13.0");
    const catalogue = catalogueOf(await askLangflow(langflow).ask("GET", "/api/v1/all"));
    const check = flowChecker({ version: "1.13.0", catalogue });
    problemsOf = (data) => check({ fields: { data } });
    const isKnown = (type: string) => catalogue.has(type);
    for (const [at, [name, data]] of [...projects].entries()) {
      for (const mutation of mutationsOf(data, { seed: seed + at, isKnown })) {
        mutated.set(`${mutation.kind} of ${name}`, mutation);
      }
    }
    refused = await refusals(new Map([...projects, ...[...mutated].map(([name, { data }]) => [name, data] as const)]));
  });

  it("has no error for a starter project", () => {
    assert.ok(projects.size >= 25, `${String(projects.size)} starter projects`);
    for (const [name, data] of projects) {
      const why = refused.get(name) ?? null;
      assert.ok(why === null || needsPackage.test(why), `${name}: ${String(why)}`);
      assert.deepEqual(errorsOf(problemsOf(data)), [], name);
    }
  });

  it("has an error for each mutation that Langflow does not build, and for no other", () => {
    assert.ok(mutated.size >= 300, `${String(mutated.size)} mutations`);
    for (const [name, { data }] of mutated) {
      const why = refused.get(name) ?? null;
      if (why !== null && needsPackage.test(why)) continue;
      const problems = problemsOf(data);
      const errors = errorsOf(problems);
      if (why === null) assert.deepEqual(errors, [], name);
      // Some of them Langflow sorts, and some it does not: none of them is meant.
      else if (problems.every(({ code }) => code !== "endless-cycle")) {
        assert.ok(errors.length > 0, `${name}: Langflow says ${why}`);
      }
    }
  });

  it("names the component and the field of each mutation", () => {
    for (const [name, { data, expected, kind }] of mutated) {
      if (!expected) continue;
      const { code, ...where } = expected;
      const found = problemsOf(data).filter((problem) =>
        Object.entries({ ...where, ...(code !== undefined && { code }) }).every(
          ([key, value]) => problem[key as "node"] === value,
        ),
      );
      assert.ok(found.length > 0, `${kind} of ${name} is not reported at ${JSON.stringify(where)}`);
    }
  });
});

function errorsOf(problems: readonly FoundProblem[]): readonly string[] {
  return problems.filter(({ severity }) => severity === "error").map(({ code, message }) => `${code}: ${message}`);
}
