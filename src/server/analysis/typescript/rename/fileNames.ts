/** How a file's name writes the name of what it declares. */
const styles = {
  same: (name: string) => name,
  kebab: (name: string) => wordsOf(name).join("-").toLowerCase(),
  snake: (name: string) => wordsOf(name).join("_").toLowerCase(),
  camel(name: string) {
    const [first = "", ...others] = wordsOf(name);
    return first.toLowerCase() + others.map(capital).join("");
  },
  pascal: (name: string) => wordsOf(name).map(capital).join(""),
};
type Style = keyof typeof styles;
const all: readonly Style[] = ["same", "kebab", "snake", "camel", "pascal"];

/** `pad` and `.test.ts` of `pad.test.ts`. */
export function stemAndEnding(base: string): readonly [stem: string, ending: string] {
  const dot = base.indexOf(".");
  return dot === -1 ? [base, ""] : [base.slice(0, dot), base.slice(dot)];
}

export function isNamedAfter(stem: string, name: string): boolean {
  return all.some((style) => styles[style](name) === stem);
}

/**
 * The stem of a file after a rename. A stem of one word can be in several styles: the other files, those of its folder
 * first, then say which one is meant.
 */
export function followingStem(
  stem: string,
  { oldName, newName }: { readonly oldName: string; readonly newName: string },
  others: readonly (readonly string[])[],
): string {
  const fitting = all.filter((style) => styles[style](oldName) === stem);
  const usual = others.map((stems) => mostUsed(stems, fitting)).find((style) => style !== undefined);
  const style = usual ?? (fitting.includes("same") ? "same" : fitting.includes("camel") ? "camel" : fitting[0]);
  return styles[style ?? "same"](newName);
}

/** What only a name of several words shows. */
const marks: Partial<Record<Style, RegExp>> = {
  kebab: /^[a-z\d]+(?:-[a-z\d]+)+$/,
  snake: /^[a-z\d]+(?:_[a-z\d]+)+$/,
  camel: /^[a-z][a-z\d]*[A-Z]/,
  pascal: /^[A-Z][a-z\d]+[A-Z]/,
};

function mostUsed(stems: readonly string[], fitting: readonly Style[]): Style | undefined {
  const counts = fitting.map((style) => [style, stems.filter((stem) => marks[style]?.test(stem)).length] as const);
  const [best] = counts.filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
  // A name as it is written is one in camel or Pascal case, and keeps what those would change.
  const isAsWritten = best?.[0] === "camel" || best?.[0] === "pascal";
  return isAsWritten && fitting.includes("same") ? "same" : best?.[0];
}

/** `HTTPClient` is HTTP and Client; a constant such as `MAX_SIZE` has words in small letters. */
function wordsOf(name: string): string[] {
  const words = name.match(/\p{Lu}+(?!\p{Ll})\d*|\p{Lu}?[\p{Ll}\p{Lo}\d]+/gu) ?? [name];
  return /\p{Ll}/u.test(name) ? words : words.map((word) => word.toLowerCase());
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
