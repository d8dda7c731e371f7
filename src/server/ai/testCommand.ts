import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { ToolError } from "../platform/errors.ts";
import { startsRunner } from "./testRunner.ts";
import type { RunnerSetup, TestRunner } from "./testRunner.ts";

export interface TestCommand {
  /** Absolute. */
  readonly cwd: string;
  readonly args: readonly string[];
  /** Value of NODE_OPTIONS: the processes that a runner starts need it too. */
  readonly nodeOptions: readonly string[];
}

type Installed = Exclude<TestRunner, "node:test">;

/** Only this file, in words that a person can read, with no process of its own behind (jest's watchman), and no pass of nothing. */
const argumentsFor: Readonly<Record<Installed, (file: string) => readonly string[]>> = {
  vitest: (file) => ["run", "--coverage.enabled=false", "--reporter=default", "--passWithNoTests=false", file],
  jest: (file) => [
    "--coverage=false",
    "--reporters=default",
    "--passWithNoTests=false",
    "--watchman=false",
    "--runTestsByPath",
    file,
  ],
  // It runs the files of its settings besides those that it is given.
  mocha: (file) => [`--ignore=!${file.replaceAll(/[*?[({]/g, "[$&]")}`, file],
  ava: (file) => [file],
};

/** What the package's own script sets up by options: without it, its tests would run under other settings. */
const taken: Readonly<Record<Installed, readonly string[]>> = {
  vitest: ["--config", "-c", "--root", "-r", "--dir", "--project", "--environment"],
  jest: ["--config", "-c", "--rootDir", "--preset", "--testEnvironment", "--env"],
  mocha: ["--config", "--require", "-r", "--import", "--loader", "--ui", "-u", "--extension", "--node-option", "-n"],
  ava: ["--config"],
};
const takenByNode = [
  ...["--import", "--require", "-r", "--loader", "--experimental-loader", "--conditions", "-C"],
  ...["--experimental-vm-modules", "--experimental-test-module-mocks"],
];
const withoutValue = new Set(["--experimental-vm-modules", "--experimental-test-module-mocks"]);

/**
 * How the runner starts on one test file, as the package's own script starts it.
 * @param home Folder of the package; the runner is its own, or that of a folder around it.
 * @param file Absolute path of the test file.
 */
export async function testCommand(
  { runner, words }: Pick<RunnerSetup, "runner" | "words">,
  { home, file }: { readonly home: string; readonly file: string },
): Promise<TestCommand> {
  const name = path.relative(home, file).split(path.sep).join("/");
  if (runner === "node:test") {
    const nodeOptions = optionsIn(words, takenByNode);
    // tsx is a Node that loads TypeScript.
    if (words.some((word) => startsTsx(word))) nodeOptions.unshift("--import=tsx");
    return { cwd: home, nodeOptions, args: ["--test", name] };
  }
  const at = words.findIndex((word) => startsRunner(word, runner));
  return {
    cwd: home,
    nodeOptions: optionsIn(words.slice(0, Math.max(at, 0)), takenByNode),
    args: [
      await scriptOf(runner, home),
      ...optionsIn(words.slice(at + 1), taken[runner]),
      ...argumentsFor[runner](name),
    ],
  };
}

function startsTsx(word: string): boolean {
  return /(^|\/)tsx$/.test(word);
}

function optionsIn(words: readonly string[], wanted: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const option = word.replace(/^NODE_OPTIONS=/, "");
    const [name = "", ...value] = option.split("=");
    if (!wanted.includes(name)) return [];
    if (value.length > 0 || withoutValue.has(name)) return [option];
    const next = words[at + 1];
    if (next === undefined) return [];
    // One word each, so that the next option of Node cannot be read as a value.
    return name.startsWith("--") ? [`${name}=${next}`] : [name, next];
  });
}

const Bin = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

async function scriptOf(runner: Installed, home: string): Promise<string> {
  for (let at = home; ; at = path.dirname(at)) {
    const folder = path.join(at, "node_modules", runner);
    const text = await readFile(path.join(folder, "package.json"), "utf8").catch(() => undefined);
    if (text !== undefined) {
      const { bin } = Bin.parse(JSON.parse(text));
      const script = typeof bin === "string" ? bin : bin[runner];
      if (script !== undefined) return path.join(folder, script);
    }
    if (at === path.dirname(at)) break;
  }
  throw new ToolError(
    "NOT_READY",
    `${runner} is not installed in the workspace.`,
    "Install the project's dependencies, then ask again.",
  );
}
