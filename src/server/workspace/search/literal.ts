import type { SearchJob } from "./messages.ts";

/**
 * The longest piece of plain ASCII that every matching line has, in any case unless the query minds case. Undefined when
 * there is none that is worth looking for. Without "*", of which the mask of a secret is made, the piece stands in the
 * file just as in its masked text.
 */
export function literalOf({ query, mode }: Pick<SearchJob, "query" | "mode">): string | undefined {
  const pieces = mode === "text" ? [query] : requiredPieces(query);
  const runs = pieces.flatMap((piece) => piece.match(/[\x20-\x29\x2B-\x7E]{2,}/g) ?? []);
  return runs.reduce<string | undefined>((best, run) => (best && best.length >= run.length ? best : run), undefined);
}

/** Classes, assertions and controls of one letter; other letters take more characters, or refer to a group. */
const shortEscape = /^[bBdDwWsStnrfv]$/;

/** Plain text between the special parts of a regular expression. Groups are passed over, and alternatives give up. */
function requiredPieces(source: string): string[] {
  const pieces: string[] = [];
  let run = "";
  let depth = 0;
  const cut = () => {
    if (run !== "") pieces.push(run);
    run = "";
  };
  for (let at = 0; at < source.length; at++) {
    const char = source.charAt(at);
    if (char === "\\") {
      const escaped = source.charAt(++at);
      const isPlain = /[^\w]/.test(escaped);
      if (!isPlain && !shortEscape.test(escaped)) return [];
      if (isPlain && depth === 0) run += escaped;
      else cut();
    } else if (char === "[") {
      cut();
      at = endOfClass(source, at);
    } else if (char === "(") {
      cut();
      depth++;
    } else if (char === ")") depth--;
    else if (char === "|" && depth === 0) return [];
    else if (depth > 0) continue;
    else if (/[?*+{]/.test(char)) {
      // The quantifier may allow none of the character before it.
      run = run.slice(0, -1);
      cut();
      const count = /^\{\d*,?\d*\}/.exec(source.slice(at));
      if (count) at += count[0].length - 1;
    } else if (/[.^$}\]]/.test(char)) cut();
    else run += char;
  }
  cut();
  return depth === 0 ? pieces : [];
}

function endOfClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source.charAt(at) !== "]") at += source.charAt(at) === "\\" ? 2 : 1;
  return at;
}
