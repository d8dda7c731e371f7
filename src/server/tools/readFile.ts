import { z } from "zod";
import { noteNotSent } from "../platform/notSent.ts";
import { redactSecrets } from "../platform/redact.ts";
import { countTokens } from "../platform/tokens.ts";
import { defineTool, lines } from "./runner/defineTool.ts";
import { Param } from "./support/params.ts";

export const readFile = defineTool({
  name: "read_file",
  title: "Read file",
  toolset: "files",
  effect: "read",
  description: lines(
    "Reads a text file of the workspace, or some of its lines; text typed in the editor and not saved wins over the disk (`unsaved: true`).",
    "Returns content, etag and lines; past the budget whole lines with `nextLine` and `complete: false`.",
  ),
  otherWords: "open show view print cat display content source text get inside",
  needs: ["workspace"],
  input: z.strictObject({
    path: Param.path,
    startLine: Param.line.optional(),
    endLine: Param.line.optional(),
    ifNoneMatch: z
      .string()
      .max(64)
      .optional()
      .describe("etag of the text that you have: unchanged text is not sent again"),
    maxTokens: Param.maxTokens,
  }),
  output: z.object({
    content: z.string().optional().describe("Text of the lines that were asked for; absent when unchanged"),
    etag: z.string().describe("SHA-256 of the whole text, for ifMatch and ifNoneMatch"),
    lines: z.int().describe("Lines of the whole file"),
    unsaved: z.boolean().describe("The text is the editor's and differs from the file on disk"),
    unchanged: z.literal(true).optional().describe("The file still has the etag that was given"),
    redacted: z.literal(true).optional().describe("A secret is shown as ***"),
    nextLine: z.int().optional().describe("First line that the budget left out"),
    cutLine: z.int().optional().describe("This line is longer than the budget and only its start is given"),
    complete: z.boolean().describe("false when the budget left out lines"),
  }),
  example: { path: "src/basket.ts", startLine: 1, endLine: 20 },
  async handler({ path, startLine = 1, endLine, ifNoneMatch, maxTokens }, { workspace, caller }) {
    const { document } = await workspace.read(path);
    // Before it is cut into lines: a secret of many lines shows itself only as a whole.
    const text = redactSecrets(document.text);
    const all = splitLines(text);
    const base = { etag: document.etag, lines: all.length, unsaved: document.unsaved };
    const wanted = all.slice(startLine - 1, endLine);
    const fitted = await fitting(wanted, maxTokens);
    if (ifNoneMatch === document.etag) {
      noteNotSent("unchanged", JSON.stringify(fitted.content));
      return { ...base, unchanged: true as const, complete: true };
    }
    const left = wanted.length - fitted.lines;
    // Whoever reads on gets after all what was cut before.
    const reading = JSON.stringify([caller.client, path, document.etag, endLine]);
    if (cutAt.get(reading) === startLine) noteNotSent("taken", JSON.stringify(fitted.content));
    else if (left > 0) noteNotSent("budget", JSON.stringify(wanted.slice(fitted.lines).join("")));
    remember(reading, left > 0 ? startLine + fitted.lines : undefined);
    return {
      ...base,
      content: fitted.content,
      ...(text !== document.text && { redacted: true as const }),
      ...(left > 0 && { nextLine: startLine + fitted.lines }),
      ...(fitted.cut && { cutLine: startLine }),
      complete: left === 0 && !fitted.cut,
    };
  },
});

/** Line that the budget cut a text at, by who reads it. */
const cutAt = new Map<string, number>();
const mostReadings = 1_000;

function remember(reading: string, line: number | undefined): void {
  cutAt.delete(reading);
  if (line !== undefined) cutAt.set(reading, line);
  const [oldest] = cutAt.size > mostReadings ? cutAt.keys() : [];
  if (oldest !== undefined) cutAt.delete(oldest);
}

/** Lines with their own line endings, so that joining them gives the text back. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Shown {
  readonly content: string;
  readonly lines: number;
  /** The one line given is not whole. */
  readonly cut: boolean;
}

/** Tokens of the fields around the content. */
const frameTokens = 100;

/** As many whole lines as fit; of a single longer line the start, so that a caller always gets on. */
async function fitting(wanted: readonly string[], maxTokens: number): Promise<Shown> {
  let left = maxTokens - frameTokens;
  for (const [index, line] of wanted.entries()) {
    if (index === 0 && !(await fits(line, left))) return { content: await startOf(line, left), lines: 1, cut: true };
    left -= await countTokens(JSON.stringify(line));
    if (left < 0) return { content: wanted.slice(0, index).join(""), lines: index, cut: false };
  }
  return { content: wanted.join(""), lines: wanted.length, cut: false };
}

/** A token stands for at most 128 characters, so a very long line need not be counted. */
async function fits(text: string, tokens: number): Promise<boolean> {
  return text.length <= tokens * 128 && (await countTokens(JSON.stringify(text))) <= tokens;
}

async function startOf(line: string, tokens: number): Promise<string> {
  let length = Math.min(line.length, tokens * 8);
  while (length > 1 && !(await fits(line.slice(0, length), tokens))) length = Math.floor(length * 0.8);
  // Not through the middle of a surrogate pair.
  return /[\uD800-\uDBFF]/.test(line.charAt(length - 1)) ? line.slice(0, length - 1) : line.slice(0, length);
}
