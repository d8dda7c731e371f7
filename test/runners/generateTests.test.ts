import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { realParts } from "../../scripts/lib/realParts.ts";
import { fails, ok } from "../support/answers.ts";
import { connect } from "../support/clients.ts";
import type { TestClient } from "../support/clients.ts";
import { startScriptedModel } from "../support/scriptedModel.ts";
import type { ScriptedModel } from "../support/scriptedModel.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";
import { scratchWorkspace } from "../support/workspaces.ts";

// Both faults that it gets are type errors: where a runner checks types, they would be refused without a test.
const code = "export const lengthOf = (text?: string): number => (text === undefined ? 0 : text.length);\n";
const plain = code.replace("?: string): number", ")");
const json = (value: object) => `${JSON.stringify(value)}\n`;
const ignored = { ".gitignore": "node_modules\n" };

interface Project {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly subject: string;
  readonly runner: string;
  /** Where the new test file belongs, as the project's own are. */
  readonly test: string;
  /** Its first lines. */
  readonly head: string;
  /** What the runner prints of a wrong test. */
  readonly words: RegExp;
  /** Packages of the workspace that its modules link to. */
  readonly linked?: Readonly<Record<string, string>>;
}

const vitest: Project = {
  what: "vitest, with vitest.config.ts",
  files: {
    ...ignored,
    "package.json": json({ type: "module", scripts: { test: "vitest" }, devDependencies: { vitest: "5" } }),
    "vitest.config.ts":
      'import { defineConfig } from "vitest/config";\nexport default defineConfig({ test: { include: ["**/*.spec.ts"] } });\n',
    "src/text.ts": code,
    "src/other.spec.ts": 'import { test } from "vitest";\ntest("nothing", () => {});\n',
    // vitest takes parts of paths, and this one notices every fault.
    "old/src/text.spec.ts":
      'import { expect, test } from "vitest";\nimport { lengthOf } from "../../src/text";\ntest("old", () => expect(lengthOf("a")).toBe(1));\n',
  },
  subject: "src/text.ts",
  runner: "vitest",
  test: "src/text.spec.ts",
  head: 'import { expect, test } from "vitest";\nimport { lengthOf } from "./text";',
  words: /AssertionError: expected 2 to be 3/,
};

const jest: Project = {
  what: "jest with ts-jest, CommonJS, roots and testMatch",
  files: {
    ...ignored,
    "package.json": json({ scripts: { test: "jest --config config/jest.js" }, devDependencies: { jest: "30" } }),
    "config/jest.js":
      'module.exports = { rootDir: "..", preset: "ts-jest", roots: ["<rootDir>/src", "<rootDir>/tests"], testMatch: ["<rootDir>/tests/**/*.spec.ts"] };\n',
    "tsconfig.json": json({ compilerOptions: { strict: true, target: "es2022", module: "nodenext", types: [] } }),
    "src/text.ts": code,
    "tests/other.spec.ts": 'import { test } from "@jest/globals";\ntest("nothing", () => {});\n',
  },
  subject: "src/text.ts",
  runner: "jest",
  test: "tests/text.spec.ts",
  head: 'import { expect, test } from "@jest/globals";\nimport { lengthOf } from "../src/text";',
  words: /Expected: 3[\s\S]*Received: 2/,
};

const ava: Project = {
  what: 'ava, with the key "ava" of package.json',
  files: {
    ...ignored,
    "package.json": json({
      type: "module",
      scripts: { test: "ava" },
      devDependencies: { ava: "8" },
      ava: { extensions: ["ts"], files: ["test/**/*.ts", "!test/helpers"] },
    }),
    "src/text.ts": code,
    "test/other.ts": 'import test from "ava";\ntest("nothing", (t) => t.pass());\n',
    "test/helpers/a.ts": "export const a = 1;\n",
  },
  subject: "src/text.ts",
  runner: "ava",
  test: "test/text.ts",
  head: 'import ava from "ava";\nimport { lengthOf } from "../src/text.ts";\nconst test = (name: string, run: () => void) => ava(name, (t) => { run(); t.pass(); });\nconst expect = (a: unknown) => ({ toBe(b: unknown) { if (a !== b) throw new Error(`${String(a)} is not ${String(b)}`); } });',
  words: /2 is not 3/,
};

const jestModules: Project = {
  what: "jest with ESM, whose script sets an option of Node",
  files: {
    ...ignored,
    "package.json": json({
      type: "module",
      scripts: { test: "NODE_OPTIONS='--experimental-vm-modules' jest" },
      jest: { transform: {} },
    }),
    "lib/text.js": plain,
    "lib/__tests__/other.js": 'test("nothing", () => {});\n',
  },
  subject: "lib/text.js",
  runner: "jest",
  test: "lib/__tests__/text.js",
  head: 'import { lengthOf } from "../text.js";',
  words: /Expected: 3/,
};

const monorepo: Project = {
  what: "vitest of the root, for a package that the test imports by its name",
  files: {
    ...ignored,
    "package.json": json({ private: true, scripts: { test: "vitest run" }, devDependencies: { vitest: "5" } }),
    "vitest.config.ts": 'export default { test: { projects: ["packages/*"] } };\n',
    "packages/a/package.json": json({ name: "@own/a", type: "module", exports: "./src/text.ts" }),
    "packages/a/vitest.config.ts": "export default { test: { globals: true } };\n",
    "packages/a/src/text.ts": code,
    "packages/b/package.json": json({ name: "b", type: "module" }),
    "packages/b/test/other.test.ts": 'import { test } from "vitest";\ntest("nothing", () => {});\n',
  },
  subject: "packages/a/src/text.ts",
  runner: "vitest",
  test: "packages/a/test/text.test.ts",
  head: 'import { lengthOf } from "@own/a";',
  words: /expected 2 to be 3/,
  linked: { "@own/a": "packages/a" },
};

const written = ({ head }: Project, body: string) =>
  `\`\`\`ts\n${head}\n\ntest("lengths", () => {\n${body}\n});\n\`\`\`\n\nWhy: none has length 0.`;
const good = '  expect(lengthOf("ab")).toBe(2);\n  expect(lengthOf()).toBe(0);';
const wrong = '  expect(lengthOf("ab")).toBe(3);';
const nothing = '  lengthOf("ab");';
const asChecked = (answer: Record<string, unknown>) =>
  answer["checked"] as { runner: string; faults: number; noticed: number };

describe("generate_tests with the runner of a project", function () {
  this.timeout(60_000);
  let model: ScriptedModel;
  before(async () => (model = await startScriptedModel()));
  after(() => model.close());

  for (const project of [vitest, jest, ava, jestModules, monorepo]) {
    describe(project.what, () => {
      let folder: string;
      let client: TestClient;
      let scratch: string;
      let listing: ReadonlyMap<string, string>;
      const closers: (() => Promise<unknown>)[] = [];

      before(async () => {
        const workspace = await scratchWorkspace(project.files);
        closers.push(() => workspace.remove());
        ({ folder } = workspace);
        linkModules(folder, project.linked ?? {});
        listing = listedWithModules(folder);
        scratch = await mkdtemp(path.join(tmpdir(), "lfc-runners-"));
        closers.unshift(() => rm(scratch, { recursive: true, force: true }));
        const env = {
          LFC_AI_PROVIDER: "openai",
          LFC_AI_URL: `${model.url}/v1`,
          LFC_AI_MODEL: "gpt-4o",
          LFC_AI_RUN_TESTS: "true",
          // Copies of other tests are in the usual one.
          TMPDIR: scratch,
          TEMP: scratch,
        };
        const server = await startServer({ folders: [folder], env });
        closers.unshift(() => server.stop());
        client = await connect("2026-07-28 http", server, [folder]);
        closers.unshift(() => client.close());
      });
      after(async () => {
        for (const close of closers) await close();
      });

      it("refuses a wrong test in the runner's words, and takes one that notices faults", async () => {
        model.say(written(project, wrong), written(project, good));
        const answer = await ok(client, "generate_tests", { path: project.subject });
        assert.match(said(model), project.words);
        assert.equal(answer["path"], project.test);
        const { runner, faults, noticed } = asChecked(answer);
        assert.deepEqual({ runner, faults, noticed }, { runner: project.runner, faults: 2, noticed: 2 });
      });

      if ([vitest, jest, ava].includes(project)) {
        it("refuses a test that checks nothing", async () => {
          model.say(written(project, nothing), written(project, wrong));
          const error = await fails(client, "generate_tests", { path: project.subject }, "ANSWER_UNUSABLE");
          assert.match(said(model), /notice none of the faults/);
          assert.match(String(error["message"]), project.words);
        });

        it("ends the runner and its processes when the call is cancelled", async () => {
          const pids = path.join(scratch, "pids");
          const body = `  process.getBuiltinModule("node:fs").writeFileSync(${JSON.stringify(pids)}, process.pid + " " + process.ppid);\n  for (;;);`;
          model.say(written(project, body.replaceAll("process.", "(globalThis as any).process.")));
          const controller = new AbortController();
          const call = client.call("generate_tests", { path: project.subject }, { signal: controller.signal });
          const ended = assert.rejects(call);
          await until(() => existsSync(pids) && readFileSync(pids, "utf8").includes(" "), 30_000);
          // The parent of a runner without processes of its own is the server.
          const started = readFileSync(pids, "utf8").split(" ").map(Number).filter(isOfTests);
          assert.ok(started.length > 0);
          controller.abort();
          await ended;
          await until(() => !started.some(isOfTests));
        });
      }

      it("has changed nothing in the workspace and its modules, and left no copy behind", async () => {
        await until(() => !readdirSync(scratch).some((name) => name.startsWith("lfc-tests-")));
        const now = listedWithModules(folder);
        assert.deepEqual(
          [...new Set([...now.keys(), ...listing.keys()])].filter((file) => now.get(file) !== listing.get(file)),
          [],
        );
      });
    });
  }
});

/** What the model was asked last, as text. */
function said({ requests }: ScriptedModel): string {
  const { messages } = JSON.parse(requests.at(-1)?.body ?? "{}") as { messages: { content: string }[] };
  return messages.map(({ content }) => content).join("\n");
}

/** A folder of modules as npm makes one, in which the runners are links. */
function linkModules(folder: string, packages: Readonly<Record<string, string>>): void {
  const { modules } = realParts().runners;
  const own = path.join(folder, "node_modules");
  mkdirSync(own);
  for (const name of readdirSync(modules)) {
    if (!name.startsWith(".")) symlinkSync(path.join(modules, name), path.join(own, name), "junction");
  }
  for (const [name, target] of Object.entries(packages)) {
    mkdirSync(path.dirname(path.join(own, name)), { recursive: true });
    symlinkSync(path.join(folder, target), path.join(own, name), "junction");
  }
}

function listedWithModules(folder: string): ReadonlyMap<string, string> {
  return new Map([...listed(folder), ...listed(realParts().runners.modules)]);
}

/** Every file and folder with its size and when it was changed; links are not followed. */
function listed(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
    const file = path.join(folder, name);
    const { mtimeMs, size } = lstatSync(file);
    found.set(file, `${String(mtimeMs)} ${String(size)}`);
  }
  return found;
}

/** Runs in a copy. A zombie, which nobody has reaped, has no folder. */
function isOfTests(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== "linux") return true;
    return readFileSync(`/proc/${String(pid)}/environ`, "utf8").includes("lfc-tests-");
  } catch {
    return false;
  }
}
