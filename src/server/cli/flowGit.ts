import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mergeFlows } from "../flows/merge/mergeFlows.ts";
import { readFlowFile } from "../flows/files/flowFile.ts";
import type { FlowFile } from "../flows/files/flowFile.ts";
import { readableText } from "../flows/files/readableText.ts";
import { ToolError, systemCode } from "../platform/errors.ts";
import { git } from "../platform/git.ts";
import { UsageError, note, print } from "./options.ts";

// Flow files in Git: merged component by component, compared by what a person sees.

interface Given {
  /** The folder whose repository is set up. */
  readonly workspace: string;
  /** Folder of the flow files. */
  readonly dir: string;
  readonly signal: AbortSignal;
}

/** The subcommands that need neither Langflow nor a server; `merge` and `text` are for Git. */
export const gitCommands: ReadonlyMap<string, (args: readonly string[], given: Given) => Promise<number>> = new Map([
  ["git", setUp],
  ["merge", merge],
  ["text", text],
]);

export const gitUsage: readonly string[] = ["git [--dir DIR]", "merge BASE MINE THEIRS", "text FILE"];

const driver = "langflow-flow";

/** Writes the merge driver and the diff driver into the repository's own settings, and their use into .gitattributes. */
async function setUp(args: readonly string[], { workspace, dir, signal }: Given): Promise<number> {
  if (args.length > 0) throw new UsageError(`Too many arguments: ${args.join(" ")}`);
  const top = await git(["rev-parse", "--show-toplevel"], { cwd: workspace, signal });
  if (!top.ok) {
    throw new ToolError("NOT_FOUND", `${workspace} is not in a Git repository.`, "Run `git init`, then try again.");
  }
  const root = top.stdout.trim();
  const [node, main] = [process.execPath, path.resolve(process.argv[1] ?? "")].map(quoted);
  // A Node or a package that is gone by then must not lose a side: Git's own merge does it.
  const isThere = `[ -x ${node} ] && [ -f ${main} ]`;
  const plain = "git merge-file --diff3 %A %O %B";
  const text = `if ${isThere}; then exec ${node} ${main} flow text "$1"; else cat "$1"; fi`;
  const settings = [
    [`merge.${driver}.name`, "components of Langflow flows"],
    [`merge.${driver}.driver`, `if ${isThere}; then ${node} ${main} flow merge %O %A %B; else ${plain}; fi`],
    [`diff.${driver}.textconv`, `sh -c ${quoted(text)} -`],
  ] as const;
  for (const [key, value] of settings) {
    const { ok, stderr } = await git(["config", "--local", key, value], { cwd: root, signal });
    if (!ok) throw new ToolError("NOT_READY", `Git refused ${key}: ${stderr.trim()}`, "See `git config --help`.");
  }
  const folder = path.relative(root, path.resolve(workspace, dir)).split(path.sep).join("/");
  if (folder.startsWith("..")) throw new UsageError(`${dir} is outside of the repository.`);
  const line = `${(folder === "" ? "*.json" : `${folder}/*.json`).replaceAll(" ", "[[:space:]]")} merge=${driver} diff=${driver}`;
  const file = path.join(root, ".gitattributes");
  const before = await readFile(file, "utf8").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  });
  if (!before.split(/\r?\n/).includes(line)) {
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    await writeFile(file, `${before}${gap}${line}\n`);
  }
  print(`Git merges and compares ${folder === "" ? "flow files" : `${folder}/*.json`} by components now.`);
  note("Commit .gitattributes. The drivers are settings of this clone: run `flow git` once in each.");
  return 0;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Git's merge driver: the result goes into MINE; 1 when a person must decide. */
async function merge(args: readonly string[]): Promise<number> {
  const [base, mine, theirs, ...rest] = args;
  if (base === undefined || mine === undefined || theirs === undefined || rest.length > 0) {
    throw new UsageError("Use: flow merge BASE MINE THEIRS");
  }
  const [was, here, there] = await Promise.all([base, mine, theirs].map((file) => readFile(file, "utf8")));
  const [before, own, other] = [was, here, there].map((content) => flowOf(content ?? ""));
  if (!own || !other) {
    // Not flows: as Git merges any text.
    const plain = await git(["merge-file", "--diff3", mine, base, theirs], {
      cwd: process.cwd(),
      signal: new AbortController().signal,
    });
    return plain.ok ? 0 : 1;
  }
  const { conflicts, text: merged } = mergeFlows({ base: before, mine: own, theirs: other });
  await writeFile(mine, merged);
  for (const words of conflicts) note(`Both changed ${words}.`);
  return conflicts.length > 0 ? 1 : 0;
}

function flowOf(content: string): FlowFile | undefined {
  try {
    return readFlowFile("A flow", content);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** Git's diff driver: a flow as people read it; another file as it is. */
async function text(args: readonly string[]): Promise<number> {
  const [file, ...rest] = args;
  if (file === undefined || rest.length > 0) throw new UsageError("Use: flow text FILE");
  const content = await readFile(file, "utf8");
  const flow = flowOf(content);
  process.stdout.write(flow ? readableText(flow) : content);
  return 0;
}
