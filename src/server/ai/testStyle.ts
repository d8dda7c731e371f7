import path from "node:path";
import { redactSecrets } from "../platform/redact.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Material } from "./material.ts";
import { runnerFor } from "./testRunner.ts";
import type { RunnerSetup } from "./testRunner.ts";

export interface TestStyle {
  /** Of the new test file. */
  readonly path: string;
  readonly setup: RunnerSetup;
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
const testFolder = /^(__tests__|tests?|specs?)$/;
/** Code in a folder of tests that no runner takes for a test. */
const helper = /(^|\/)(_|fixtures?|helpers?|support|utils?|mocks?|__mocks__|setup)[^/]*(\/|$)|\.d\.[cm]?ts$/;

/** How the project tests: where its test files are, how they are called, and what runs them. */
export async function testsAround(
  { path: subject }: Pick<Material, "path">,
  { to, workspace, signal }: Deps,
): Promise<TestStyle> {
  const { entries } = await workspace.list({ path: ".", depth: 20, signal });
  const files = entries.flatMap(({ path: file, kind }) => (kind === "file" ? [file] : []));
  const nearest = nearestTo(subject, testsIn(files));
  const example = nearest === undefined ? undefined : await readStart(nearest, workspace);
  const setup = await runnerFor(subject, { workspace, files });
  const target = to ?? (await freeName(nameFor(subject, { nearest, files }), workspace));
  return {
    path: target,
    setup,
    ...(example !== undefined && nearest !== undefined && { example: { path: nearest, text: example } }),
  };
}

/** By their names; where no name says so, what is in a folder of tests. */
function testsIn(files: readonly string[]): readonly string[] {
  const byName = files.filter((file) => testFile.test(file));
  if (byName.length > 0) return byName;
  return files.filter((file) => {
    const folders = file.split("/").slice(0, -1);
    const at = folders.findLastIndex((folder) => testFolder.test(folder));
    return (
      at >= 0 &&
      /\.[cm]?[jt]sx?$/.test(file) &&
      !helper.test(
        file
          .split("/")
          .slice(at + 1)
          .join("/"),
      )
    );
  });
}

/** The test file that shares most folders with the subject, from the top first, then anywhere; the first of them by name. */
function nearestTo(subject: string, tests: readonly string[]): string | undefined {
  const folders = subject.split("/").slice(0, -1);
  const fromTop = (file: string) => {
    const parts = file.split("/");
    const apart = folders.findIndex((folder, at) => parts[at] !== folder);
    return apart < 0 ? folders.length : apart;
  };
  const shared = (file: string) => {
    const parts = new Set(file.split("/"));
    return folders.filter((folder) => parts.has(folder)).length;
  };
  return tests.toSorted((a, b) => fromTop(b) - fromTop(a) || shared(b) - shared(a) || (a < b ? -1 : 1))[0];
}

/** The folder of the nearest package.json around a file. */
function packageOf(subject: string, files: readonly string[]): string {
  for (let folder = path.posix.dirname(subject); folder !== "."; folder = path.posix.dirname(folder)) {
    if (files.includes(path.posix.join(folder, "package.json"))) return folder;
  }
  return ".";
}

/** As the nearest test is called and where it stands: beside its subject, in `__tests__`, or in a mirror of the sources. */
function nameFor(
  subject: string,
  { nearest, files }: { readonly nearest: string | undefined; readonly files: readonly string[] },
): string {
  const { dir, name, ext } = path.posix.parse(subject);
  if (nearest === undefined) return path.posix.join(dir, `${name}.test${ext}`);
  const [, word = ""] = /(\.(?:test|spec))\.[^./]+$/.exec(nearest) ?? [];
  const file = `${name}${word}${extensionLike(nearest, ext)}`;
  const folders = path.posix.dirname(nearest).split("/");
  const at = folders.findIndex((folder) => testFolder.test(folder));
  const tests = folders[at];
  if (tests === undefined) return path.posix.join(dir, file);
  const around = folders.slice(0, at).join("/") || ".";
  if (tests === "__tests__" && around !== packageOf(nearest, files)) return path.posix.join(dir, tests, file);
  // Where the tests are, if that is around the subject too; else the same in the subject's own package.
  const top = isIn(dir, around) ? around : packageOf(subject, files);
  const [first = "", ...below] = path.posix.relative(top, dir).split("/");
  const mirrored = /^(src|lib|sources?)$/.test(first) ? below : [first, ...below];
  return path.posix.join(top, tests, ...mirrored, file);
}

function isIn(folder: string, around: string): boolean {
  return around === "." || folder === around || folder.startsWith(`${around}/`);
}

/** `.mjs` for `.js` where the tests have it; a test of another language has the subject's. */
function extensionLike(nearest: string, ext: string): string {
  const theirs = path.posix.extname(nearest);
  const plain = (extension: string) => extension.replace(/^\.[cm]/, ".");
  return plain(theirs) === plain(ext) ? theirs : ext;
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

async function readStart(file: string, workspace: Deps["workspace"]): Promise<string | undefined> {
  const text = await workspace.read(file).then(
    ({ document }) => redactSecrets(document.text),
    () => undefined,
  );
  if (text === undefined || text.length <= longestExample) return text;
  return text.slice(0, text.lastIndexOf("\n", longestExample));
}
