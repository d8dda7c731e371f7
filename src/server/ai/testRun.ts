import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { bareEnvironment } from "../platform/bareEnvironment.ts";
import { redactSecrets } from "../platform/redact.ts";
import type { Root } from "../workspace/paths/roots.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { TestRunner } from "./testStyle.ts";

export interface RunResult {
  readonly passed: boolean;
  /** The end of what the runner printed, without folders of this machine. */
  readonly output: string;
}

/** A copy of a folder of the workspace in which generated tests run: the workspace itself stays as it is. */
export interface TestBench {
  /** @param file Relative to the root, with / */
  write(file: string, text: string): Promise<void>;
  run(file: string, runner: TestRunner, signal: AbortSignal): Promise<RunResult>;
  dispose(): Promise<void>;
}

/** A larger one would be copied for longer than the tests run. */
const most = { files: 20_000, bytes: 300 * 2 ** 20 };
const runMs = 60_000;
const longestOutput = 3_000;

/**
 * Copies what is not ignored, with the editor's unsaved texts, and links `node_modules`. Fails with TOO_LARGE.
 * The tests run with the rights of the user: callers ask before.
 */
export async function openTestBench(
  root: Root,
  { workspace, signal }: { readonly workspace: Workspace; readonly signal: AbortSignal },
): Promise<TestBench> {
  const listed = await workspace.list({ path: root.prefix === "" ? "." : root.prefix, depth: 50, signal });
  const files = listed.entries.flatMap(({ path: shown, kind, size = 0 }) =>
    kind === "file" ? [{ name: root.prefix === "" ? shown : shown.slice(root.prefix.length + 1), size }] : [],
  );
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > most.files || bytes > most.bytes) {
    throw new ToolError(
      "TOO_LARGE",
      "The workspace is too large for a copy in which the tests could run.",
      "Apply the plan and run them yourself.",
    );
  }
  const folder = await mkdtemp(path.join(tmpdir(), "lfc-tests-"));
  try {
    for (const { name } of files) {
      throwIfCancelled(signal);
      await copyFile(root, folder, name);
    }
    for (const [absolute, text] of workspace.documents.unsaved()) {
      const name = path.relative(root.path, absolute);
      if (!name.startsWith("..") && !path.isAbsolute(name)) await write(path.join(folder, name), text);
    }
    const packages = files.flatMap(({ name }) =>
      path.posix.basename(name) === "package.json" ? [path.dirname(name)] : [],
    );
    for (const each of new Set([".", ...packages])) await linkModules(root, folder, each);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    write: (file, text) => write(path.join(folder, file), text),
    async run(file, runner, outer) {
      const command = await commandOf(runner, { folder, file });
      return runIn(folder, { ...command, signal: outer });
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

async function copyFile(root: Root, folder: string, name: string): Promise<void> {
  const to = path.join(folder, name);
  await mkdir(path.dirname(to), { recursive: true });
  // A file that went away meanwhile is not there for the tests either.
  await cp(path.join(root.path, name), to).catch(() => undefined);
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function linkModules(root: Root, folder: string, name: string): Promise<void> {
  const modules = path.join(root.path, name, "node_modules");
  const isThere = await stat(modules).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) await symlink(modules, path.join(folder, name, "node_modules"), "junction").catch(() => undefined);
}

const Bin = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });
const argumentsOf: Readonly<Record<Exclude<TestRunner, "node:test">, readonly string[]>> = {
  vitest: ["run", "--coverage.enabled=false"],
  jest: ["--coverage=false", "--runTestsByPath"],
  mocha: [],
  ava: [],
};

async function commandOf(runner: TestRunner, { folder, file }: { folder: string; file: string }) {
  if (runner === "node:test") return { args: ["--test", file] };
  for (let at = path.dirname(path.join(folder, file)); at.startsWith(folder); at = path.dirname(at)) {
    const home = path.join(at, "node_modules", runner);
    const text = await readFile(path.join(home, "package.json"), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { bin } = Bin.parse(JSON.parse(text));
    const script = typeof bin === "string" ? bin : bin[runner];
    if (script !== undefined) return { args: [path.join(home, script), ...argumentsOf[runner], file] };
  }
  throw new ToolError(
    "NOT_READY",
    `${runner} is not installed in the workspace.`,
    "Install the project's dependencies, then ask again.",
  );
}

interface Command {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

function runIn(folder: string, { args, signal }: Command): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...bareEnvironment(folder), CI: "1", NO_COLOR: "1", NODE_OPTIONS: "--max-old-space-size=2048" },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that what it starts ends with it.
      detached: process.platform !== "win32",
    });
    let output = "";
    const take = (chunk: Buffer) => (output = (output + chunk.toString("utf8")).slice(-4 * longestOutput));
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    let isLate = false;
    const end = () => endTree(child.pid);
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, runMs);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      end();
      const late = isLate ? `\nThe tests ran for more than ${String(runMs / 1000)} s and were stopped.` : "";
      const shown = redactSecrets(output).replaceAll(folder, "").slice(-longestOutput) + late;
      resolve({ passed: code === 0 && !isLate, output: shown.trim() });
    });
  });
}

function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
