import path from "node:path";
import { git } from "../../platform/git.ts";

export interface Question {
  readonly literal: string;
  readonly caseSensitive: boolean;
  readonly signal: AbortSignal;
}

const timeoutMs = 20_000;

/**
 * The files of the repository around a folder, relative to it, that git's grep looked at and in which it did not find the
 * literal. What git does not look at, and text in UTF-16, is never among them.
 */
export async function filesWithout(folder: string, question: Question): Promise<ReadonlySet<string>> {
  const { literal, caseSensitive, signal } = question;
  // With --untracked, grep reads the files themselves: neither the index nor its flags play a part.
  const grep = "grep -LzaF --untracked --no-recurse-submodules --no-textconv --no-full-name -f -".split(" ");
  const options = { cwd: path.resolve(folder), signal, timeoutMs, input: patterns(literal, caseSensitive) };
  const { ok, code, stdout, stderr } = await git([...grep, ...(caseSensitive ? [] : ["-i"])], options);
  // The exit code is 1 when no file is named. What grep could not read is on stderr: our own reading has to report that.
  const isReliable = (ok || code === 1) && stderr === "";
  return new Set(isReliable ? stdout.split("\0") : []);
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
