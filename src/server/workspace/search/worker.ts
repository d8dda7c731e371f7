import path from "node:path";
import { parentPort } from "node:worker_threads";
import { ToolError, cancelled } from "../../platform/errors.ts";
import { saysGenerated } from "../../platform/fileKinds.ts";
import { redactSecrets } from "../../platform/redact.ts";
import { stampOf } from "../../platform/stamps.ts";
import { decodeText } from "../texts/encoding.ts";
import { lineTest, literalSearch, matchLines } from "./matchLines.ts";
import type { LineTest } from "./matchLines.ts";
import { readRegularFileSync } from "../../platform/openFile.ts";
import type { SearchJob, SearchMatch, SearchMethods, SearchResult } from "./messages.ts";
import type { Incomplete } from "../../platform/call.ts";
import { answerCalls } from "../../platform/threads/answerCalls.ts";

if (!parentPort) throw new Error("The search worker runs in a worker thread only.");

const maxMatches = 100_000;
const maxMatchingMs = 10_000;

answerCalls<SearchMethods>(parentPort, (_method, job, { isCancelled }) => search(job, isCancelled));

function search(job: SearchJob, isCancelled: () => boolean): SearchResult {
  const test = testOf(job);
  const next = literalSearch(job);
  const heartbeat = new Int32Array(job.heartbeat);
  // Stays odd: still matching, but not stuck.
  const tick = () => {
    Atomics.add(heartbeat, 0, 2);
    if (isCancelled()) throw cancelled();
  };
  const own: SearchMatch[] = [];
  const generated: SearchMatch[] = [];
  const incomplete: Incomplete[] = [];
  let matchingMs = 0;
  let left = job.groups.reduce((sum, { files }) => sum + files.length, 0);
  for (const file of filesOf(job)) {
    left--;
    if (isCancelled()) throw cancelled();
    const content = read(file, job);
    if ("skip" in content) continue;
    if ("reason" in content) {
      incomplete.push({ path: file.displayPath, reason: content.reason });
      continue;
    }
    const started = performance.now();
    // A text without the literal needs no masking: that takes longer than looking.
    if (next && next(content.text, 0) === -1) continue;
    const masked = maskedText(file.absolute, content);
    Atomics.add(heartbeat, 0, 1);
    // One more than there is room for says whether any are left out.
    const limit = maxMatches - own.length - generated.length + 1;
    const found = matchLines(masked, { path: file.displayPath, test, next, context: job.context, limit, tick });
    Atomics.add(heartbeat, 0, 1);
    matchingMs += performance.now() - started;
    const side = found.length > 0 && (file.generated || saysGenerated(content.text)) ? generated : own;
    for (const match of found.slice(0, limit - 1)) side.push(match);
    if (found.length === limit) {
      incomplete.push({ path: ".", reason: `Stopped at ${String(maxMatches)} matches; narrow the query.` });
      break;
    }
    if (matchingMs > maxMatchingMs && left > 0) {
      incomplete.push({ path: ".", reason: `Stopped after 10 s with ${String(left)} files left; simplify the query.` });
      break;
    }
  }
  return { matches: [...own, ...generated], inGenerated: generated.length, incomplete };
}

function testOf(job: SearchJob): LineTest {
  try {
    return lineTest(job);
  } catch (error) {
    throw invalidPattern(error instanceof SyntaxError ? error.message : "");
  }
}

interface OneFile {
  readonly absolute: string;
  readonly displayPath: string;
  readonly text: string | undefined;
  readonly generated: boolean;
}

function* filesOf({ groups }: SearchJob): Generator<OneFile> {
  for (const { absolute, displayPath, files, texts, generated } of groups)
    for (const name of files)
      yield { absolute: absolute + local(name), displayPath: displayPath + name, text: texts.get(name), generated };
}

/** A listed name with the separators of this system. */
const local = path.sep === "/" ? (name: string) => name : (name: string) => name.replaceAll("/", path.sep);

interface Text {
  readonly text: string;
  /** The same as long as the file is; absent for the editor's text, and where the file may change without another stamp. */
  readonly stamp?: string;
}

type Content = Text | { readonly reason: string } | { readonly skip: true };

function read({ absolute, text }: OneFile, job: SearchJob): Content {
  if (text !== undefined) return { text };
  try {
    const { bytes, stats } = readRegularFileSync(absolute);
    if (!mayHave(bytes, job)) return { skip: true };
    const stamp = stampOf(stats);
    return { text: decodeText(bytes).text, ...(stamp !== undefined && { stamp }) };
  } catch (error) {
    if (!(error instanceof ToolError)) return { reason: "It could not be read." };
    // A file that git still lists but is deleted, a link, a nested repository: nothing to search in.
    const silent = ["NOT_FOUND", "NOT_A_REGULAR_FILE", "PATH_OUTSIDE_WORKSPACE", "BINARY_FILE"].includes(error.code);
    return silent ? { skip: true } : { reason: error.message };
  }
}

/** Files without a secret, with their stamps: to look for secrets takes half of a search. */
const clean = new Map<string, string>();
const maxClean = 20_000;

function maskedText(absolute: string, { text, stamp }: Text): string {
  if (stamp !== undefined && clean.get(absolute) === stamp) return text;
  const masked = redactSecrets(text);
  clean.delete(absolute);
  if (masked !== text || stamp === undefined) return masked;
  if (clean.size >= maxClean) clean.clear();
  clean.set(absolute, stamp);
  return masked;
}

/** False only for bytes whose text cannot have the literal: it is plain ASCII, and so are its bytes except in UTF-16. */
function mayHave(bytes: Buffer, { literal, caseSensitive }: SearchJob): boolean {
  if (literal === undefined || !caseSensitive) return true;
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfffe || mark === 0xfeff || bytes.includes(literal);
}

function invalidPattern(message: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    `The query is no regular expression${message === "" ? "" : ` (${message})`}.`,
    "Use JavaScript's syntax, or mode text.",
  );
}
