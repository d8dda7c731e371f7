let counter: Promise<typeof import("./o200k/count.ts")> | undefined;

/**
 * Tokens of a text in o200k_base, the encoding that answer budgets are counted in.
 * Its table is loaded with the first count and not at start.
 */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await loaded();
  let tokens = 0;
  for (const piece of pieces(text)) tokens += count(piece);
  return tokens;
}

/** Loads the table before it is needed. Who counts says it when that fails. */
export function prepareTokens(): void {
  loaded().catch(() => undefined);
}

/** Kept: an import of what is loaded already still costs more than the count of a line. */
function loaded() {
  counter ??= import("./o200k/count.ts");
  return counter;
}

const pieceLength = 1000;

/**
 * Byte pair encoding needs time in the square of a run without a break: 4 s for 100,000 equal letters. Short pieces keep it
 * linear. They end where the encoding starts a new token anyway: before a space with a letter behind it, or between a letter
 * and a sign. So text, code and JSON are counted exactly; only a longer run is cut hard, at the cost of a token.
 */
function* pieces(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > pieceLength) {
    const end = breakBefore(text, start, start + pieceLength);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

/** End of a piece that begins at `start` and is at most as long as `limit` says. */
export function breakBefore(text: string, start: number, limit: number): number {
  for (let at = limit; at > start; at--) {
    const [before, here] = [text.charAt(at - 1), text.charAt(at)];
    if (/[A-Za-z]/.test(before) && /["()*+,./:;<=>[\\\]{}-]/.test(here)) return at;
    if (here === " " && /\S/.test(before) && /[A-Za-z]/.test(text.charAt(at + 1))) return at;
  }
  return limit;
}
