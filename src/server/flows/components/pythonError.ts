import type { ComponentError } from "../../../protocol/components.ts";
import { redactSecrets } from "../../platform/redact.ts";

const longest = 2_000;

/** What Langflow says of Python that does not compile or fails. */
export interface PythonFailure {
  /** In its words. */
  readonly message: string;
  readonly traceback: string;
}

/**
 * Langflow compiles the code below imports of its own, whose number differs from version to version. A failure of code
 * as it was sent counts its lines from 1; one of a class that was built or runs counts those imports too.
 */
export function pythonError(code: string, { message, traceback }: PythonFailure, linesBefore: number): ComponentError {
  const words = plainWords(message);
  return {
    line: syntaxLine(message, code) ?? frameLine(traceback, linesBefore, code) ?? namedLine(message, code) ?? null,
    message: words,
  };
}

/** Whether the line follows only from how many lines Langflow puts before the code. */
export function needsLinesBefore(code: string, { message, traceback }: PythonFailure): boolean {
  return syntaxLine(message, code) === undefined && framesOf(traceback).length > 0;
}

/**
 * The lines of `File "<string>", line 57, in greet`. Of failures that follow from each other, the last in the code is the
 * one whose words are shown.
 */
export function framesOf(traceback: string): readonly number[] {
  const parts = traceback.split(/\n\n(?:The above exception|During handling)[^\n]*\n\n/);
  const frames = parts.map((part) =>
    [...part.matchAll(/File "<string>", line (\d+)/g)].map(([, line]) => Number(line)),
  );
  return frames.findLast((lines) => lines.length > 0) ?? [];
}

/** Other libraries make code of that name too, whose lines lie outside. */
function frameLine(traceback: string, linesBefore: number, code: string): number | undefined {
  const lines = framesOf(traceback).map((line) => within(line - linesBefore, code));
  return lines.findLast((line) => line !== undefined);
}

function syntaxLine(message: string, code: string): number | undefined {
  const line = /\(<unknown>, line (\d+)\)/.exec(message)?.[1];
  return line === undefined ? undefined : within(Number(line), code);
}

function within(line: number, code: string): number | undefined {
  return line >= 1 && line <= code.split("\n").length ? line : undefined;
}

/** What is missing is named where it is asked for: Langflow imports modules and finds methods itself. */
function namedLine(message: string, code: string): number | undefined {
  const lines = code.split("\n");
  const at = (pattern: RegExp) => {
    const index = lines.findIndex((line) => pattern.test(line));
    return index < 0 ? undefined : index + 1;
  };
  const missing = /No module named '([\w.]+)'/.exec(message)?.[1];
  if (missing !== undefined) {
    const asked = at(new RegExp(String.raw`^\s*(?:from|import)\s.*\b${escaped(missing)}\b`));
    if (asked !== undefined) return asked;
    // `from a import b` asks for a.b where a has no b.
    const [, parent, last] = /^(.*)\.(\w+)$/.exec(missing) ?? [];
    if (parent === undefined || last === undefined) return undefined;
    return at(new RegExp(String.raw`^\s*from\s+${escaped(parent)}\s+import\b.*\b${last}\b`));
  }
  const name = /[Cc]annot import name '(\w+)' from '([\w.]+)'/.exec(message);
  if (name) return at(new RegExp(String.raw`^\s*from\s+${escaped(name[2] ?? "")}\s+import\b`));
  const method = /Attribute (\w+) not found/.exec(message)?.[1];
  if (method !== undefined) return at(new RegExp(String.raw`\bmethod\s*=\s*["']${method}["']`));
  return undefined;
}

function escaped(text: string): string {
  return text.replaceAll(".", String.raw`\.`);
}

/** Without what Langflow says of every failure, and without the line, which stands beside it. */
function plainWords(message: string): string {
  const words = message
    .replace(/^Error building Component[^\n:]*:\s*/, "")
    .replace(/^(?:Invalid Python code|Syntax error in code):\s*/, "")
    .replace(/^Error creating class\. (\w+)\((.*)\)\.$/s, "$1: $2")
    .replace(/\s*\(<unknown>, line \d+\)/, "")
    .replace(/ Code snippet: .*$/s, "");
  const clean = redactSecrets(words.trim());
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
