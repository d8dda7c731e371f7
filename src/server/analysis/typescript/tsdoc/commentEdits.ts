import type { TextEdit } from "../../../workspace/edits/changes.ts";
import { ts } from "../ts.ts";
import type { Facts } from "./facts.ts";

/** Comments that must stay right above the code that they are about. */
const directive =
  /@ts-|eslint-|prettier-ignore|biome-ignore|oxlint-|istanbul|c8 ignore|v8 ignore|__PURE__|deno-|#region/;

interface At {
  readonly file: ts.SourceFile;
  readonly eol: string;
}

/** The lines of a comment that says only what is known. */
export function linesOf({ typeParameters, parameters, returns, throws }: Facts, isScript: boolean): string[] {
  return [
    ...typeParameters.map((name) => `@typeParam ${name} -`),
    ...parameters.map(parameterLine),
    ...(returns ? ["@returns"] : []),
    ...throws.map((name) => (name === "" ? "@throws" : isScript ? `@throws {${name}}` : `@throws {@link ${name}}`)),
  ];
}

function parameterLine({ name, default: value }: Facts["parameters"][number]): string {
  return value === undefined ? `@param ${name} -` : `@param ${name} - Default: \`${value}\``;
}

/** A new comment in front of a declaration; undefined where that does not begin its line. */
export function newComment(host: ts.Node, lines: readonly string[], { file, eol }: At): TextEdit | undefined {
  const start = aboveDirectives(host, file);
  const indent = indentAt(file.text, start);
  if (indent === undefined) return undefined;
  const text = ["/**", ...lines.map((line) => `${indent} * ${line}`), `${indent} */`, indent].join(eol);
  return { start, end: start, newText: text };
}

function aboveDirectives(host: ts.Node, file: ts.SourceFile): number {
  let start = host.getStart(file);
  const comments = ts.getLeadingCommentRanges(file.text, host.getFullStart()) ?? [];
  for (const { pos, end } of comments.reverse()) {
    const isAttached = !/\n\s*\n/.test(file.text.slice(end, start));
    if (!isAttached || !directive.test(file.text.slice(pos, end)) || indentAt(file.text, pos) === undefined) break;
    start = pos;
  }
  return start;
}

/** The white space that a line begins with; undefined where something else stands in front. */
function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[\t ]*$/.test(before) ? before : undefined;
}

const parameterTags = new Set(["param", "arg", "argument"]);
const firstTags = new Set(["typeParam", "template", "remarks", "privateRemarks"]);

/** Whether an author wants a comment as it is. */
export function isLeft({ tags }: ts.JSDoc, text: string): boolean {
  const names = ["inheritDoc", "inheritdoc", "hidden", "ignore", "overload", "type", "callback", "typedef"];
  return /\{@inheritdoc/i.test(text) || [...(tags ?? [])].some(({ tagName }) => names.includes(tagName.text));
}

/** Names in a comment that no parameter has. */
export function staleNames(doc: ts.JSDoc, { parameters }: Facts, isDestructured: boolean): string[] {
  if (isDestructured) return [];
  return documented(doc).flatMap(({ name }) => (parameters.some((each) => each.name === name) ? [] : [name]));
}

function documented({ tags }: ts.JSDoc): { name: string; at: number }[] {
  return [...(tags ?? [])].flatMap((tag, at) => {
    if (!ts.isJSDocParameterTag(tag) || !parameterTags.has(tag.tagName.text)) return [];
    return [{ name: tag.name.getText().split(".")[0] ?? "", at }];
  });
}

/** What adds the missing parameters to a comment, each beside its neighbours. */
export function missingParameters(doc: ts.JSDoc, { parameters }: Facts, at: At): TextEdit[] {
  const known = documented(doc);
  const missing = parameters.filter(({ name }) => !known.some((each) => each.name === name));
  if (missing.length === 0) return [];
  const tags = [...(doc.tags ?? [])];
  const positions = new Map<number, string[]>();
  for (const parameter of missing) {
    const index = parameters.indexOf(parameter);
    const later = known.find(({ name }) => parameters.findIndex((each) => each.name === name) > index);
    const last = known.at(-1);
    const rest = tags.findIndex(({ tagName }) => !firstTags.has(tagName.text));
    const position = later?.at ?? (last ? last.at + 1 : rest < 0 ? tags.length : rest);
    positions.set(position, [...(positions.get(position) ?? []), parameterLine(parameter)]);
  }
  return added(doc, positions, at);
}

function added(doc: ts.JSDoc, positions: ReadonlyMap<number, readonly string[]>, { file, eol }: At): TextEdit[] {
  const { text } = file;
  const [start, end] = [doc.getStart(file), doc.end];
  const indent = indentAt(text, start);
  const whole = text.slice(start, end);
  if (indent === undefined) return [];
  const tags = [...(doc.tags ?? [])];
  if (!whole.includes("\n")) {
    const inner = whole.slice(3, -2).trim();
    const lines = [...positions.values()].flat();
    const gap = tags.length === 0 && inner !== "" ? [""] : [];
    const all = [...(inner === "" ? [] : [inner]), ...gap, ...lines].map(
      (line) => `${indent} *${line === "" ? "" : ` ${line}`}`,
    );
    return [{ start, end, newText: ["/**", ...all, `${indent} */`].join(eol) }];
  }
  const isStarred = whole
    .split("\n")
    .slice(1)
    .every((line) => /^\s*\*/.test(line));
  if (!isStarred) return [];
  return [...positions].flatMap(([position, lines]): TextEdit[] => {
    const tag = tags[position];
    const written = lines.map((line) => `${indent} * ${line}${eol}`).join("");
    if (tag) {
      const lineStart = text.lastIndexOf("\n", tag.getStart(file) - 1) + 1;
      return /^\s*\*\s*$/.test(text.slice(lineStart, tag.getStart(file)))
        ? [{ start: lineStart, end: lineStart, newText: written }]
        : [];
    }
    const gap = tags.length === 0 ? `${indent} *${eol}` : "";
    const lastLine = text.lastIndexOf("\n", end - 1) + 1;
    if (/^\s*\*\/$/.test(text.slice(lastLine, end)))
      return [{ start: lastLine, end: lastLine, newText: `${gap}${written}` }];
    const close = end - 2 - (/\s*$/.exec(text.slice(start, end - 2))?.[0].length ?? 0);
    return [{ start: close, end, newText: `${eol}${gap}${written}${indent} */` }];
  });
}
