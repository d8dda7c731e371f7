import path from "node:path";
import { z } from "zod";
import type { Workspace } from "../workspace/workspace.ts";

const named = ["vitest", "jest", "mocha", "ava"] as const;
export type TestRunner = (typeof named)[number] | "node:test";

/** What runs a package's tests, and how its own script starts it. */
export interface RunnerSetup {
  readonly runner: TestRunner;
  /** Path of the folder in which the package's script runs, as the workspace shows it; none where no package.json says. */
  readonly home?: string;
  /** The words of that script which start the runner. */
  readonly words: readonly string[];
}

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/**
 * Of the nearest package.json that names a runner, a script before a dependency; Node's own where none does.
 * A package that only depends on one is run from above where a script above runs it, unless it has settings of its own.
 * @param files Paths of the workspace.
 */
export async function runnerFor(
  subject: string,
  { workspace, files }: { readonly workspace: Pick<Workspace, "read">; readonly files: readonly string[] },
): Promise<RunnerSetup> {
  let found: RunnerSetup | undefined;
  for (let folder = path.posix.dirname(subject); ; folder = path.posix.dirname(folder)) {
    const manifest = await readManifest(path.posix.join(folder, "package.json"), workspace);
    const scripted = manifest && inScripts(manifest.scripts ?? {});
    if (scripted && (found === undefined || found.runner === scripted.runner)) return { ...scripted, home: folder };
    const dependencies = { ...manifest?.dependencies, ...manifest?.devDependencies };
    const runner = named.find((name) => Object.hasOwn(dependencies, name));
    if (runner && found === undefined) {
      found = { runner, home: folder, words: [] };
      if (files.some((file) => path.posix.dirname(file) === folder && isSettings(path.posix.basename(file), runner))) {
        return found;
      }
    }
    if (folder === ".") return found ?? { runner: "node:test", words: [] };
  }
}

function isSettings(file: string, runner: TestRunner): boolean {
  if (file.startsWith(`${runner}.config.`) || file.startsWith(`.${runner}rc`)) return true;
  return runner === "vitest" && file.startsWith("vite.config.");
}

/** The command of a script that starts a runner: of `test` first. */
function inScripts(scripts: Readonly<Record<string, string>>): Omit<RunnerSetup, "home"> | undefined {
  const { test = "", ...others } = scripts;
  for (const command of [test, ...Object.values(others)].flatMap((script) => script.split(/&&|\|\||[;|]/))) {
    const words = command.replaceAll(/["']/g, " ").split(/\s+/).filter(Boolean);
    const runner = named.find((name) => words.some((word) => startsRunner(word, name)));
    if (runner) return { runner, words };
    if (words.includes("--test") && words.some((word) => /(^|\/)(node|tsx)$/.test(word))) {
      return { runner: "node:test", words };
    }
  }
  return undefined;
}

/** `jest`, `npx jest@30`, `node node_modules/jest/bin/jest.js`. */
export function startsRunner(word: string, runner: TestRunner): boolean {
  return new RegExp(`(?:^|/)_?${runner}(?:\\.[cm]?js|@[^/]*)?$`).test(word);
}

async function readManifest(file: string, workspace: Pick<Workspace, "read">) {
  try {
    const { document } = await workspace.read(file);
    return Manifest.parse(JSON.parse(document.text));
  } catch {
    // None here, or one that nobody can read: the next one up decides.
    return undefined;
  }
}
