/** All control characters but tab and line breaks. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const control = /(?!\r\n)[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * What others wrote, such as the answer of a model, must not steer the user's terminal: there, control characters stand
 * as JSON writes them. A pipe or a file gets the text as it is.
 */
export function shownOn({ isTTY }: { readonly isTTY?: boolean }, text: string): string {
  if (isTTY !== true) return text;
  return text.replace(control, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
