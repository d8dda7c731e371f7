import path from "node:path";
import { z } from "zod";
import { redactSecrets } from "../platform/redact.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Material } from "./material.ts";

export type TestRunner = "vitest" | "jest" | "mocha" | "ava" | "node:test";

export interface TestStyle {
  /** Of the new test file. */
  readonly path: string;
  readonly runner: TestRunner;
  /** A test file of the project that is near, when there is one. */
  readonly example?: { readonly path: string; readonly text: string };
}

interface Deps {
  readonly to?: string | undefined;
  readonly workspace: Pick<Workspace, "list" | "read" | "resolve">;
  readonly signal: AbortSignal;
}

const longestExample = 8_000;
const testFile = /\.(test|spec)\.[cm]?[jt]sx?$/;

/** How the project tests: where its test files are, how they are called, and what runs them. */
export async function testsAround(
  { path: subject }: Pick<Material, "path">,
  { to, workspace, signal }: Deps,
): Promise<TestStyle> {
  const { entries } = await workspace.list({ path: ".", depth: 20, signal });
  const tests = entries.flatMap(({ path: file, kind }) => (kind === "file" && testFile.test(file) ? [file] : []));
  const nearest = nearestTo(subject, tests);
  const example = nearest === undefined ? undefined : await readStart(nearest, workspace);
  const runner = await runnerFor(subject, workspace);
  const target = to ?? (await freeName(nameFor(subject, nearest), workspace));
  return {
    path: target,
    runner,
    ...(example !== undefined && nearest !== undefined && { example: { path: nearest, text: example } }),
  };
}

/** The test file that shares most folders with the subject, the first of them by name. */
function nearestTo(subject: string, tests: readonly string[]): string | undefined {
  const folders = subject.split("/").slice(0, -1);
  const shared = (file: string) => {
    const parts = new Set(file.split("/"));
    return folders.filter((folder) => parts.has(folder)).length;
  };
  return tests.toSorted((a, b) => shared(b) - shared(a) || (a < b ? -1 : 1))[0];
}

/** As the nearest test is called and where it stands: beside its subject, in `__tests__`, or in a mirror of the sources. */
function nameFor(subject: string, nearest: string | undefined): string {
  const { dir, name, ext } = path.posix.parse(subject);
  const word = /\.spec\.[^/]+$/.test(nearest ?? "") ? "spec" : "test";
  const file = `${name}.${word}${ext}`;
  if (nearest === undefined) return path.posix.join(dir, file);
  const folder = path.posix.dirname(nearest);
  if (path.posix.basename(folder) === "__tests__") return path.posix.join(dir, "__tests__", file);
  const [top = ""] = nearest.split("/");
  if (!/^(test|tests|spec|specs)$/.test(top)) return path.posix.join(dir, file);
  const [, ...below] = dir.split("/");
  return path.posix.join(top, dir.startsWith("src") || dir.startsWith("lib") ? below.join("/") : dir, file);
}

async function freeName(wanted: string, workspace: Deps["workspace"]): Promise<string> {
  const { dir, base } = path.posix.parse(wanted);
  const [first = "", ...rest] = base.split(".");
  for (let nth = 1; nth < 100; nth++) {
    const name = path.posix.join(dir, [nth === 1 ? first : `${first}${String(nth)}`, ...rest].join("."));
    if (!(await workspace.resolve(name)).exists) return name;
  }
  return wanted;
}

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Of the nearest package.json that names one; Node's own where none does. */
async function runnerFor(subject: string, workspace: Deps["workspace"]): Promise<TestRunner> {
  for (let folder = path.posix.dirname(subject); ; folder = path.posix.dirname(folder)) {
    const manifest = await readManifest(path.posix.join(folder, "package.json"), workspace);
    const script = Object.values(manifest?.scripts ?? {}).join(" ");
    const names = { ...manifest?.dependencies, ...manifest?.devDependencies };
    const known = (["vitest", "jest", "mocha", "ava"] as const).find(
      (name) => Object.hasOwn(names, name) || new RegExp(`\\b${name}\\b`).test(script),
    );
    if (known) return known;
    if (/\bnode\b.*--test\b/.test(script) || folder === ".") return "node:test";
  }
}

async function readManifest(file: string, workspace: Deps["workspace"]) {
  try {
    const { document } = await workspace.read(file);
    return Manifest.parse(JSON.parse(document.text));
  } catch {
    // None here, or one that nobody can read: the next one up decides.
    return undefined;
  }
}

async function readStart(file: string, workspace: Deps["workspace"]): Promise<string | undefined> {
  const text = await workspace.read(file).then(
    ({ document }) => redactSecrets(document.text),
    () => undefined,
  );
  if (text === undefined || text.length <= longestExample) return text;
  return text.slice(0, text.lastIndexOf("\n", longestExample));
}
