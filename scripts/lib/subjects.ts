// The code bases that tests and figures are taken on: real packages from npm, made ready the same way every time.
import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { cacheDir, cleanEnv, run, withLock } from "./cache.mjs";
import { hasSubject, subjectFolder } from "./subjectFolders.ts";
import type { SubjectName } from "./subjectFolders.ts";
import { runTsc } from "./tsc.ts";

const here = path.dirname(fileURLToPath(import.meta.url));
const MINUTE = 60_000;
const options = {
  target: "ES2022",
  lib: ["ES2022", "DOM", "DOM.Iterable"],
  module: "ESNext",
  moduleResolution: "Bundler",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  types: ["node"],
};

const recipes: Readonly<Record<SubjectName, { drop: readonly string[]; options: object }>> = {
  "viem@2.57.0": { drop: ["_cjs", "_esm", "_types", "tsconfig.json"], options },
  "rxjs@7.8.2": { drop: ["dist"], options },
  "effect@4.1.0": { drop: ["dist", "build", "ai-docs"], options: { ...options, allowImportingTsExtensions: true } },
};

const baselineError = z.object({
  path: z.string(),
  line: z.number(),
  column: z.number(),
  code: z.number(),
  message: z.string(),
});
type BaselineError = z.infer<typeof baselineError>;
const factsFile = z.object({ sources: z.number(), errors: z.array(baselineError) });

/** `folder` is a clean git work tree with its dependencies installed; copy it before writing to it. */
export interface Subject extends z.infer<typeof factsFile> {
  name: SubjectName;
  folder: string;
}

/**
 * Makes a subject in the cache unless it is there.
 */
export async function subject(
  name: SubjectName,
  say: (line: string) => void = (line) => console.error(line),
): Promise<Subject> {
  const folder = subjectFolder(name);
  await withLock(`subject-${name}`, async () => {
    if (hasSubject(name)) return;
    say(`${name}: unpacking, installing and checking once into ${folder} (1 to 3 minutes)`);
    const temporary = await mkdtemp(path.join(cacheDir(), ".subject-"));
    try {
      await make(name, recipes[name], temporary);
      await rename(temporary, folder);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  const facts = factsFile.parse(JSON.parse(await readFile(path.join(folder, "facts.json"), "utf8")));
  return { name, folder: path.join(folder, "work"), ...facts };
}

async function make(name: string, recipe: { drop: readonly string[]; options: object }, folder: string) {
  const work = path.join(folder, "work");
  const npm = (args: string[], cwd: string) =>
    run("npm", args, { timeoutMs: 5 * MINUTE, cwd, env: cleanEnv(), shell: process.platform === "win32" });
  await npm(["pack", name, "--silent", "--pack-destination", folder], folder);
  const packed = (await readdir(folder)).find((file) => file.endsWith(".tgz"));
  if (!packed) throw new Error(`npm pack ${name} made no file.`);
  await run("tar", ["-xzf", packed], { timeoutMs: MINUTE, cwd: folder });
  await rename(path.join(folder, "package"), work);
  await rm(path.join(folder, packed));
  for (const entry of recipe.drop) await rm(path.join(work, entry), { recursive: true, force: true });

  const lock = path.join(here, "..", "subjects", name);
  const original: unknown = JSON.parse(await readFile(path.join(work, "package.json"), "utf8"));
  await writeFile(path.join(work, "package.original.json"), JSON.stringify(original, null, 2));
  for (const file of ["package.json", "package-lock.json"]) await cp(path.join(lock, file), path.join(work, file));
  await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], work);
  const config = { compilerOptions: recipe.options, include: ["**/*.ts"], exclude: ["node_modules"] };
  await writeFile(path.join(work, "tsconfig.json"), JSON.stringify(config, null, 2));
  await writeFile(path.join(work, ".gitignore"), "node_modules/\n");
  await commit(work);
  await writeFile(path.join(folder, "facts.json"), JSON.stringify(await facts(work)));
}

async function commit(work: string) {
  const git = (...args: string[]) => run("git", args, { timeoutMs: MINUTE, cwd: work });
  await git("init", "-q", "-b", "main");
  await git("config", "core.autocrlf", "false");
  await git("add", "-A");
  await git("-c", "user.name=subject", "-c", "user.email=subject@example.com", "commit", "-q", "-m", "Subject");
}

async function facts(work: string) {
  const sources = (await run("git", ["ls-files", "*.ts"], { timeoutMs: MINUTE, cwd: work })).trim().split("\n").length;
  return { sources, errors: await tscErrors(work) };
}

/** The errors that tsc finds, as the multiset that "no new error" is judged by. */
export async function tscErrors(folder: string): Promise<BaselineError[]> {
  const stdout = await runTsc(["-p", folder, "--noEmit"], folder, 8 * MINUTE);
  const found: BaselineError[] = [];
  for (const line of stdout.split("\n")) {
    const match = /^(.+?)\((\d+),(\d+)\): error TS(\d+): (.*)$/.exec(line);
    const last = found.at(-1);
    if (match) {
      const [, file = "", at, column, code, message = ""] = match;
      found.push({ path: file, line: Number(at), column: Number(column), code: Number(code), message });
    } else if (last && line.startsWith("  ")) last.message += `\n${line}`;
  }
  return found;
}

/** A copy to write to; the dependencies are linked, not copied. */
export async function copySubject(from: { readonly folder: string }, to: string) {
  await mkdir(path.dirname(to), { recursive: true });
  await run("git", ["clone", "-q", "--no-hardlinks", from.folder, to], { timeoutMs: MINUTE });
  await symlink(path.join(from.folder, "node_modules"), path.join(to, "node_modules"), "junction");
  // The subject's .gitignore names a folder; to git a link is a file.
  await appendFile(path.join(to, ".git", "info", "exclude"), "node_modules\n");
}
