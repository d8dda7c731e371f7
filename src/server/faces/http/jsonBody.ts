import type { IncomingMessage } from "node:http";

export const maxBodyBytes = 10 * 1024 * 1024;
const maxDepth = 64;

export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly code: number; readonly message: string };

/** Reads a JSON request body: counted while it is read, UTF-8 only, at most 64 levels deep, no repeated keys. */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody> {
  if (!/^application\/json(\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i.test(request.headers["content-type"] ?? "")) {
    return { ok: false, status: 415, code: -32600, message: "Content-Type must be application/json in UTF-8." };
  }
  if ((request.headers["content-encoding"] ?? "identity") !== "identity") {
    return { ok: false, status: 415, code: -32600, message: "Send the body without Content-Encoding." };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > maxBodyBytes) {
      return { ok: false, status: 413, code: -32600, message: "The body is larger than 10 MB." };
    }
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

export function parseJson(bytes: Uint8Array): JsonBody {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, status: 400, code: -32700, message: "The body is not UTF-8." };
  }
  const shape = scanShape(text);
  if (shape) return { ok: false, status: 400, code: -32600, message: shape };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, status: 400, code: -32700, message: "The body is not JSON." };
  }
}

/**
 * Finds what JSON.parse lets through: nesting that would overflow a later recursion, and a key given twice in one
 * object, where what is checked and what is run could differ. Text that is not JSON is left to JSON.parse.
 */
function scanShape(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "{") objects.push(new Set());
    else if (char === "[") objects.push(undefined);
    else if (char === "}" || char === "]") objects.pop();
    else if (char === '"') {
      const end = stringEnd(text, at);
      const keys = objects.at(-1);
      if (keys && isKey(text, end)) {
        const key = unescaped(text.slice(at, end + 1));
        if (keys.has(key)) return "An object in the body has the same key twice.";
        keys.add(key);
      }
      at = end;
    }
    if (objects.length > maxDepth) return `The body is nested deeper than ${String(maxDepth)} levels.`;
  }
  return undefined;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

function isKey(text: string, end: number): boolean {
  let at = end + 1;
  while (/\s/.test(text[at] ?? "")) at++;
  return text[at] === ":";
}

function unescaped(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
