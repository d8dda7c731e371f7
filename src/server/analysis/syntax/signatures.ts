/** Of a signature. */
const maxLength = 200;
/** Of a declaration that is cut to `maxLength` anyway; room for the comments in it. */
const maxRead = 4000;

/** Code on one line, cut where it gets long. */
export function oneLine(code: string): string {
  const text = code.replace(/\s+/g, " ").trim();
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}

/** Whether `oneLine` has left something out. */
export const isCut = (line: string): boolean => line.length === maxLength && line.endsWith("…");

/** The head of a declaration of TypeScript or JavaScript on one line, where a comment would hide what follows it. */
export function scriptHead(code: string): string {
  const text = code.slice(0, maxRead);
  return oneLine(text.replace(textOrComment, (found) => (found.startsWith("/") ? " " : found)));
}

/** Texts are matched too, so that a // in one of them is not taken for a comment. */
const textOrComment = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[^]*?(?:\*\/|$)|\/\/[^\n]*/g;
