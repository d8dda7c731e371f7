/** Levels of nesting that a message may have; deeper ones would overflow a later recursion. */
const maxDepth = 64;

/** `code` is JSON-RPC's. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

/** A message's bytes as JSON: UTF-8 only, at most 64 levels deep, no repeated keys. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, code: -32700, message: "The message is not UTF-8." };
  }
  const shape = scanShape(text);
  if (shape) return { ok: false, code: -32600, message: shape };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, code: -32700, message: "The message is not JSON." };
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
        if (keys.has(key)) return "An object in the message has the same key twice.";
        keys.add(key);
      }
      at = end;
    }
    if (objects.length > maxDepth) return `The message is nested deeper than ${String(maxDepth)} levels.`;
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
