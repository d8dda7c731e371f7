import path from "node:path";
import type { FileList } from "../../platform/listFiles.ts";
import { git } from "../../platform/git.ts";

interface Question {
  readonly folder: string;
  readonly list: FileList;
  readonly literal: string;
  readonly caseSensitive: boolean;
  readonly signal: AbortSignal;
}

/** With more repositories the files of the others are all read. */
const maxRepositories = 16;
const timeoutMs = 20_000;

/**
 * The listed files that may have the literal, in the order of the list. git's grep looks for it; what git does not look
 * at, and text in UTF-16, stays in.
 */
export async function candidates(question: Question): Promise<readonly string[]> {
  const { list } = question;
  const repositories = [...new Set(["", ...list.repositories])].slice(0, maxRepositories);
  const known = await Promise.all(repositories.map((name) => without(question, name)));
  const passed = new Set(known.flatMap((one) => [...one]));
  return passed.size === 0 ? list.files : list.files.filter((file) => !passed.has(file));
}

/** Files of a repository that git looked at and found no match in. */
async function without(question: Question, repository: string): Promise<ReadonlySet<string>> {
  const { literal, caseSensitive, signal } = question;
  const cwd = path.join(question.folder, repository);
  const options = { cwd, signal, timeoutMs };
  const grep = [
    "grep",
    "-lzaF",
    "--untracked",
    "--no-recurse-submodules",
    "--no-textconv",
    "--no-full-name",
    "-f",
    "-",
  ];
  const [looked, matched] = await Promise.all([
    git(["ls-files", "-cosvz", "--exclude-standard"], options),
    git([...grep, ...(caseSensitive ? [] : ["-i"])], { ...options, input: patterns(literal, caseSensitive) }),
  ]);
  // grep ends with 1 when it finds nothing. What it could not read is on stderr: our own reading has to report that.
  const isSure = looked.ok && (matched.ok || matched.code === 1) && matched.stderr === "";
  if (!isSure) return new Set();
  const prefix = repository === "" ? "" : `${repository}/`;
  const found = new Set(matched.stdout.split("\0"));
  const names = looked.stdout.split("\0").flatMap((entry) => nameOf(entry) ?? []);
  return new Set(names.filter((name) => !found.has(name)).map((name) => prefix + name));
}

/**
 * The name in a line of `ls-files -cosv` whose file in the working tree grep reads: not one that is assumed unchanged or
 * skipped, nor one that the index has as a link.
 */
function nameOf(entry: string): string | undefined {
  if (entry.startsWith("? ")) return entry.slice(2);
  return entry.startsWith("H 100") ? entry.slice(entry.indexOf("\t") + 1) : undefined;
}

/** Besides the literal: byte order marks of UTF-16, and the two characters that equal an ASCII letter in another case. */
function patterns(literal: string, caseSensitive: boolean): Buffer {
  const marks = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];
  const letters = caseSensitive
    ? []
    : [/s/i.test(literal) ? "\u017F" : "", /k/i.test(literal) ? "\u212A" : ""].filter((letter) => letter !== "");
  const all = [Buffer.from(literal), ...marks, ...letters.map((letter) => Buffer.from(letter))];
  return Buffer.concat(all.flatMap((pattern) => [pattern, Buffer.from("\n")]));
}
