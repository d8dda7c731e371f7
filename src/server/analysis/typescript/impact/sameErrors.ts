import path from "node:path/posix";
import type { Diagnostic, Impact } from "../../types.ts";
import type { ts } from "../ts.ts";

/** A diagnostic with the code that it is about, by which it is known again when the compiler words it differently. */
export interface Found extends Diagnostic {
  readonly at: string;
  /** The same for an error with and without a proposal of another name. */
  readonly words: string;
  /** What it says of an import that another import of the same may say too. */
  readonly ofImport: string | undefined;
}

/** With equal numbers of lines before and after, a line is known by its number, else by its text. */
export function recognizable(source: ts.SourceFile, item: Diagnostic, hasSameLines: boolean): Found {
  return {
    ...item,
    at: hasSameLines ? String(item.line) : lineText(source, item.line),
    words: plainWords(item),
    ofImport: errorOfImport(source.fileName, item),
  };
}

/** A global type is not there, or not as it must be: said once, with whatever file is the first to need it. */
export function isOfGlobalType({ code }: Diagnostic): boolean {
  return code === 2316 || code === 2317 || code === 2318;
}

type KeyOf = (item: Found) => string;

/** Each takes away what the one before it left: lines move with every edit, so they are not part of the first. */
const sameness: readonly KeyOf[] = [
  ({ path, words }) => JSON.stringify([path, words]),
  // An error that goes from one file to another with its code is no new one.
  ({ words }) => words,
  // The compiler may call the same type by an alias or not, as the order of its questions is.
  ({ path, words, at }) => JSON.stringify([path, words.slice(0, words.indexOf(" ")), at]),
];

export function difference(before: readonly Found[], after: readonly Found[]): Pick<Impact, "added" | "removed"> {
  let [removed, added] = [before, after];
  for (const keyOfItem of sameness) {
    [removed, added] = [minus(removed, added, keyOfItem), minus(added, removed, keyOfItem)];
  }
  // One import more of what is not there, because two files need it now, is no other error.
  const known = new Set(before.map(({ ofImport }) => ofImport));
  added = added.filter(({ ofImport }) => ofImport === undefined || !known.has(ofImport));
  return { added: added.map(plain), removed: removed.map(plain) };
}

function plain({ path: file, line, column, code, message, severity }: Found): Diagnostic {
  return { path: file, line, column, code, message, severity };
}

/** The codes of errors with a proposal, and what they are without. */
const withoutProposal: Readonly<Record<number, number>> = {
  2551: 2339,
  2561: 2353,
  2576: 2339,
  2724: 2305,
  2820: 2322,
  2833: 2503,
};

/** The code and the message, without the name that the compiler proposes: that depends on what else is in scope. */
function plainWords({ code, message }: Diagnostic): string {
  if (notFoundCodes.has(code)) return `2304 ${/'([^']+)'/.exec(message)?.[1] ?? ""}`;
  const known = withoutProposal[code];
  return known === undefined ? `${code} ${message}` : `${known} ${message.replace(/ (?:Did|did) you mean .*$/s, "")}`;
}

/** No such name, with a proposal as long as the compiler makes some; of JSX it says so in other words. */
const notFoundCodes = new Set([2304, 2552, 2662, 2663, 2874, 2879]);

/** Cannot find module, its declarations, or it as JSON; a module of Node is a "name" to the compiler without its types. */
const missingModuleCodes = new Set([2307, 2580, 2591, 2732, 2792, 2882, 7016]);
/** The ending of a relative import does not fit the configuration, or JSX has no module to import. */
const configurationCodes = new Set([2691, 2834, 2835, 2875, 5097]);

function errorOfImport(file: string, { code, message }: Diagnostic): string | undefined {
  if (configurationCodes.has(code)) return String(code);
  const specifier = missingModuleCodes.has(code) ? /'([^']+)'/.exec(message)?.[1] : undefined;
  // A relative specifier is written otherwise in another folder.
  return specifier?.startsWith(".") ? path.join(path.dirname(file), specifier) : specifier;
}

function lineText(file: ts.SourceFile, line: number): string {
  const starts = file.getLineStarts();
  return file.text.slice(starts[line - 1] ?? 0, starts[line]).trim();
}

/** Multiset difference. */
function minus(all: readonly Found[], less: readonly Found[], keyOfItem: KeyOf): Found[] {
  const left = new Map<string, number>();
  for (const item of less) left.set(keyOfItem(item), (left.get(keyOfItem(item)) ?? 0) + 1);
  return all.filter((item) => {
    const count = left.get(keyOfItem(item)) ?? 0;
    if (count > 0) left.set(keyOfItem(item), count - 1);
    return count === 0;
  });
}
