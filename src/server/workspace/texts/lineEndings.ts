export type LineEnding = "\n" | "\r\n";

/** The line ending that most lines have; LF for a text of one line. */
export function mainLineEnding(text: string): LineEnding {
  const crlf = count(text, "\r\n");
  return crlf > count(text, "\n") - crlf ? "\r\n" : "\n";
}

/** True when every line of several ends the same way. */
export function hasOneLineEnding(text: string): boolean {
  const crlf = count(text, "\r\n");
  return crlf === 0 || crlf === count(text, "\n");
}

export function withLineEnding(text: string, ending: LineEnding): string {
  return text.replace(/\r?\n/g, ending);
}

/** A text with LF endings and the way back to the offsets of the original. */
export interface PlainText {
  readonly text: string;
  /** Offset in the original text of an offset in `text`. */
  original(offset: number): number;
}

/** Callers write LF; this lets their text be found in a file with other endings, mixed ones included. */
export function withPlainEndings(text: string): PlainText {
  const removed: number[] = [];
  const plain = text.replace(/\r\n/g, (_match, at: number) => {
    removed.push(at - removed.length);
    return "\n";
  });
  return {
    text: plain,
    original(offset) {
      let low = 0;
      let high = removed.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((removed[middle] ?? 0) < offset) low = middle + 1;
        else high = middle;
      }
      return offset + low;
    },
  };
}

function count(text: string, part: string): number {
  let found = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found++;
  return found;
}
