import { parentPort } from "node:worker_threads";
import { ToolError } from "../../platform/errors.ts";
import { redactSecrets } from "../../platform/redact.ts";
import { decodeText } from "../texts/encoding.ts";
import { escaped, lineTest, matchLines } from "./matchLines.ts";
import type { LineTest } from "./matchLines.ts";
import { readRegularFileSync } from "../../platform/openFile.ts";
import type { SearchFile, SearchJob, SearchMatch, SearchResponse } from "./messages.ts";
import type { Incomplete } from "../../platform/call.ts";

if (!parentPort) throw new Error("The search worker runs in a worker thread only.");
const port = parentPort;

const maxMatches = 100_000;
const maxMatchingMs = 10_000;

port.on("message", (job: SearchJob) => {
  try {
    port.postMessage(search(job));
  } catch {
    // What went wrong is of this search only: the thread goes on for the next one.
    port.postMessage({ kind: "failed" } satisfies SearchResponse);
  }
});

function search(job: SearchJob): SearchResponse {
  let test: LineTest;
  try {
    test = lineTest(job);
  } catch (error) {
    return { kind: "invalid", message: error instanceof SyntaxError ? error.message : "" };
  }
  const mayMatch = literalTest(job);
  const beat = new Int32Array(job.beat);
  // Stays odd: still matching, but not stuck.
  const tick = () => void Atomics.add(beat, 0, 2);
  const matches: SearchMatch[] = [];
  const incomplete: Incomplete[] = [];
  let matchingMs = 0;
  for (const [index, file] of job.files.entries()) {
    const content = read(file);
    if ("skip" in content) continue;
    if ("reason" in content) {
      incomplete.push({ path: file.shown, reason: content.reason });
      continue;
    }
    const started = performance.now();
    // A text without the literal needs no masking: that takes longer than looking.
    if (!mayMatch(content.text)) continue;
    const masked = redactSecrets(content.text);
    Atomics.add(beat, 0, 1);
    // One more than there is room for tells whether any are left out.
    const limit = maxMatches - matches.length + 1;
    const found = matchLines(masked, { path: file.shown, test, context: job.context, limit, tick });
    Atomics.add(beat, 0, 1);
    matchingMs += performance.now() - started;
    for (const match of found.slice(0, limit - 1)) matches.push(match);
    const left = job.files.length - index - 1;
    if (found.length === limit) {
      incomplete.push({ path: ".", reason: `Stopped at ${String(maxMatches)} matches; narrow the query.` });
      break;
    }
    if (matchingMs > maxMatchingMs && left > 0) {
      incomplete.push({ path: ".", reason: `Stopped after 10 s with ${String(left)} files left; simplify the query.` });
      break;
    }
  }
  return { kind: "result", result: { matches, incomplete } };
}

function literalTest({ literal, caseSensitive }: SearchJob): (text: string) => boolean {
  if (literal === undefined) return () => true;
  if (caseSensitive) return (text) => text.includes(literal);
  const pattern = new RegExp(escaped(literal), "iu");
  return (text) => pattern.test(text);
}

type Content = { readonly text: string } | { readonly reason: string } | { readonly skip: true };

function read({ absolute, text }: SearchFile): Content {
  if (text !== undefined) return { text };
  try {
    return { text: decodeText(readRegularFileSync(absolute)).text };
  } catch (error) {
    if (!(error instanceof ToolError)) return { reason: "It could not be read." };
    // A file that git still lists but is deleted, a link, a nested repository: nothing to search in.
    const silent = ["NOT_FOUND", "NOT_A_REGULAR_FILE", "PATH_OUTSIDE_WORKSPACE", "BINARY_FILE"].includes(error.code);
    return silent ? { skip: true } : { reason: error.message };
  }
}
