import { ToolError } from "../platform/errors.ts";
import type { Replacement } from "../workspace/edits/edits.ts";

/** The form of an edit that a model is asked for: pieces of the file and what stands instead of them. */
export const editForm = [
  "Answer with one or more edits and nothing else between them:",
  "<<<<<<< SEARCH",
  "lines of the file as they are, enough of them that they are there exactly once",
  "=======",
  "the lines instead",
  ">>>>>>> REPLACE",
  "After the edits write one short paragraph that begins with `Why:`.",
].join("\n");

/** The same for a file that does not exist. */
export const fileForm = [
  "Answer with the whole file in one fenced code block and nothing else in a fence.",
  "After it write one short paragraph that begins with `Why:`.",
].join("\n");

export interface EditReply {
  readonly replacements: readonly Replacement[];
  readonly why: string;
}

/** The reason of a reply that gives one and has no edit, where there may be nothing to change. */
export function nothingIn(text: string): { readonly why: string } | undefined {
  const why = /<{7}/.test(text) ? "" : whyIn(text);
  return why === "" ? undefined : { why };
}

const edit = /^<{7} ?SEARCH[^\n]*\n([\s\S]*?)^={7}[^\n]*\n([\s\S]*?)^>{7} ?REPLACE[^\n]*$/gm;

/** The edits of a reply. Fails for one that has none, or one that is cut off in the middle of an edit. */
export function editsIn(reply: string): EditReply {
  const text = reply.replaceAll("\r\n", "\n");
  const replacements = [...text.matchAll(edit)].map(([, oldText = "", newText = ""]) => ({
    oldText: withoutLastBreak(oldText),
    newText: withoutLastBreak(newText),
    all: false,
  }));
  const opened = [...text.matchAll(/^<{7} ?SEARCH/gm)].length;
  if (replacements.length === 0) throw unusable("it contains no edit in the form that was asked for");
  if (opened !== replacements.length) throw unusable("one of its edits is not complete");
  if (replacements.some(({ oldText }) => oldText.trim() === "")) throw unusable("one of its edits replaces nothing");
  return { replacements, why: whyIn(text.replaceAll(edit, "")) };
}

/** An edit of no lines at the end of a file keeps its break; any other loses the one before the next mark. */
function withoutLastBreak(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

const fence = /^(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^\1\s*$/gm;

export interface FileReply {
  readonly content: string;
  readonly why: string;
}

/** The file of a reply. Fails for one without a fenced block, with several, or cut off before the end of it. */
export function fileIn(reply: string): FileReply {
  const text = reply.replaceAll("\r\n", "\n");
  const blocks = [...text.matchAll(fence)];
  const [block] = blocks;
  if (!block) throw unusable("it contains no whole code block");
  if (blocks.length > 1) throw unusable("it contains more than one code block");
  const content = block[2] ?? "";
  if (content.trim() === "") throw unusable("its code block is empty");
  return { content, why: whyIn(text.replaceAll(fence, "")) };
}

const longestWhy = 1_000;

function whyIn(text: string): string {
  const after = /Why:\s*([\s\S]*)/.exec(text)?.[1] ?? "";
  return after.trim().slice(0, longestWhy);
}

export function unusable(problem: string): ToolError {
  return new ToolError(
    "ANSWER_UNUSABLE",
    `The model's answer cannot be used: ${problem}. Nothing was changed.`,
    "Try again, ask for less, or set a stronger model: langflowConnect.ai.model.",
  );
}
