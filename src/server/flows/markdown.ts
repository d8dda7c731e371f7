// Texts that others wrote, in Markdown.

const longest = 1_000;

/** Without links, images, HTML, lists and formulas of theirs; what cannot become one stays readable. */
export function plain(text: string): string {
  return text.slice(0, longest).replaceAll(syntax, "\\$&");
}

/** A sign anywhere, an underscore that is not inside a word, the colon and dot of an address, and what begins a line. */
const syntax =
  /[\\`*[\]<>#|~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:(?=\/)|(?<=www)\.|(?<=^\s*)[-+=]|(?<=^\s*\d+)[.)](?=\s|$)/gimu;

export function code(text: string): string {
  return text === "" ? "" : `\`${text.replaceAll(/[`\r\n]/g, " ")}\``;
}
