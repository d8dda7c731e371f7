import { redactSecrets } from "../../platform/redact.ts";
import { code, plain } from "../markdown.ts";

// Every text of a flow comes into an explanation through one of these: on one line, not too long, and without secrets.

/** As text of a Markdown document. */
export function words(text: string, most = 500): string {
  return plain(oneLine(text, most));
}

/** As code in a Markdown document. */
export function quoted(text: string, most = 120): string {
  return code(oneLine(text, most));
}

/**
 * As a label of a Mermaid chart, in its quotes. What could be syntax of Mermaid, of its Markdown or of HTML is an entity
 * code: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function label(text: string, most = 60): string {
  const safe = oneLine(text, most).replaceAll(notInWords, (sign) =>
    sign === '"' ? "#quot;" : `#${String(sign.codePointAt(0))};`,
  );
  return `"${safe}"`;
}

/** All but letters, digits, single spaces, and what joins two of them, such as in `gpt-4.1`. */
const notInWords = /(?<![\p{L}\p{N}])[-._]|[-._](?![\p{L}\p{N}])|[^\p{L}\p{M}\p{N} \-._]/gu;

function oneLine(text: string, most: number): string {
  const line = redactSecrets(text)
    .replaceAll(/[\s\p{C}]+/gu, " ")
    .trim();
  const signs = Array.from(line.slice(0, 2 * most + 2));
  return signs.length > most ? `${signs.slice(0, most).join("").trimEnd()}…` : line;
}
