import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ToolError, throwIfCancelled } from "../platform/errors.ts";
import { bareEnvironment } from "../platform/bareEnvironment.ts";
import { redactSecrets } from "../platform/redact.ts";
import type { Root } from "../workspace/paths/roots.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { linkModules, modulesAbove } from "./moduleLinks.ts";
import type { TestCommand } from "./testCommand.ts";

export interface RunResult {
  readonly passed: boolean;
  /** The end of what the runner printed, without folders of this machine. */
  readonly output: string;
}

/** A copy of a folder of the workspace in which generated tests run: the workspace itself stays as it is. */
export interface TestBench {
  /** Absolute path of what has this path in the root. */
  inCopy(file: string): string;
  /** @param file Relative to the root, with / */
  write(file: string, text: string): Promise<void>;
  run(command: TestCommand, signal: AbortSignal): Promise<RunResult>;
  dispose(): Promise<void>;
}

/** A larger one would be copied for longer than the tests run. */
const most = { files: 20_000, bytes: 300 * 2 ** 20 };
const runMs = 60_000;
const longestOutput = 3_000;

/**
 * Copies what is not ignored, with the editor's unsaved texts, and links the modules. Fails with TOO_LARGE.
 * The tests run with the rights of the user: callers ask before.
 * @param file The only test file that is to run, relative to the root.
 */
export async function openTestBench(
  root: Root,
  { workspace, signal, file }: { readonly workspace: Workspace; readonly signal: AbortSignal; readonly file: string },
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
  const scratch = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-tests-")));
  // A process that was killed a moment ago may still write.
  const dispose = () => rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  // Outside of the copy, so that no runner takes what is written there for the project's.
  const home = path.join(scratch, "home");
  const above = await modulesAbove(root.path);
  const [top = path.dirname(root.path)] = above;
  const topCopy = path.join(scratch, "copy");
  const folder = path.join(topCopy, path.relative(top, root.path));
  const copy = { from: root.path, to: folder };
  const hidden = [folder, scratch];
  try {
    await mkdir(home);
    for (const { name } of files) {
      throwIfCancelled(signal);
      // A runner that takes parts of paths would run it too, and its tests would notice faults for the new ones.
      if (name === file || !name.includes(file)) await copyFile(root, folder, name);
    }
    for (const [absolute, text] of workspace.documents.unsaved()) {
      const name = path.relative(root.path, absolute);
      if (!name.startsWith("..") && !path.isAbsolute(name)) await write(path.join(folder, name), text);
    }
    const packages = files.flatMap(({ name }) =>
      path.posix.basename(name) === "package.json" ? [path.join(root.path, path.dirname(name))] : [],
    );
    for (const each of new Set([...above, root.path, ...packages])) {
      const target = path.join(topCopy, path.relative(top, each), "node_modules");
      const modules = await realpath(path.join(each, "node_modules")).catch(() => undefined);
      if (modules === undefined) continue;
      hidden.push(path.dirname(modules));
      await linkModules(modules, target, copy);
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    inCopy: (name) => path.join(folder, name),
    write: (name, text) => write(path.join(folder, name), text),
    run: (command, outer) => runIn({ home, hidden }, command, outer),
    dispose,
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

interface Surroundings {
  readonly home: string;
  /** Folders that nobody is to see in what the runner prints. */
  readonly hidden: readonly string[];
}

function runIn({ home, hidden }: Surroundings, command: TestCommand, signal: AbortSignal): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const nodeOptions = ["--max-old-space-size=2048", ...command.nodeOptions].join(" ");
    const child = spawn(process.execPath, command.args, {
      cwd: command.cwd,
      env: { ...bareEnvironment(home), CI: "1", NO_COLOR: "1", NODE_OPTIONS: nodeOptions },
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
      const shown = without(hidden, redactSecrets(output)).slice(-longestOutput) + late;
      resolve({ passed: code === 0 && !isLate, output: shown.trim() });
    });
  });
}

function without(folders: readonly string[], text: string): string {
  return folders.reduce((rest, folder) => rest.replaceAll(folder, ""), text);
}

function endTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" }).on("error", () => undefined);
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
