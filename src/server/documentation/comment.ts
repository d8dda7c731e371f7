import type { DocumentedTag } from "../analysis/typescript/answers.ts";
import { code, fenced, item, outsideCode } from "./markdown.ts";
import type { Links } from "./links.ts";

interface Comment {
  readonly doc?: string;
  readonly tags?: readonly DocumentedTag[];
}

/** Tags that say nothing to a reader, or are said elsewhere. */
const silent = new Set(
  "module packageDocumentation file fileoverview inheritDoc override overload type typedef callback".split(" "),
);
const headings: Readonly<Record<string, string>> = {
  return: "Returns",
  returns: "Returns",
  throws: "Throws",
  exception: "Throws",
  see: "See",
  since: "Since",
  default: "Default",
  defaultValue: "Default",
};
const parameters = new Set(["param", "arg", "argument"]);
const typeParameters = new Set(["typeParam", "template"]);

/** The paragraphs of a comment, its tags in words. */
export function commentText({ doc, tags = [] }: Comment, from: string, links: Links): string[] {
  const clean = (text: string) => linked(text, from, links);
  const parts: string[] = [];
  for (const { name, text } of tags) {
    if (name === "deprecated") parts.push(text === "" ? "**Deprecated.**" : `**Deprecated.** ${clean(text)}`);
  }
  if (doc !== undefined) parts.push(clean(doc));
  for (const { name, text } of tags) if (name === "remarks" && text !== "") parts.push(clean(text));
  parts.push(
    ...list(
      "Type parameters",
      tags.filter(({ name }) => typeParameters.has(name)),
      clean,
    ),
  );
  parts.push(
    ...list(
      "Parameters",
      tags.filter(({ name }) => parameters.has(name)),
      clean,
    ),
  );
  for (const { name, text, of } of tags) {
    if (["deprecated", "remarks"].includes(name) || silent.has(name)) continue;
    if (parameters.has(name) || typeParameters.has(name)) continue;
    if (name === "example") {
      if (text !== "") parts.push("**Example**", example(text, clean));
      continue;
    }
    const heading = headings[name] ?? `@${name}`;
    const about = of === undefined ? "" : ` ${code(of)}`;
    // An empty `@returns` says what the signature says.
    if (text === "" && about === "" && heading === "Returns") continue;
    parts.push(`**${heading}**${about}${text === "" ? "" : ` ${clean(text)}`}`);
  }
  return parts;
}

function list(title: string, tags: readonly DocumentedTag[], clean: (text: string) => string): string[] {
  const items = tags.filter(({ text }) => text !== "").map(({ of = "", text }) => item(`${code(of)}: ${clean(text)}`));
  return items.length > 0 ? [`**${title}**`, items.join("\n")] : [];
}

/** Many examples are code without a fence. */
function example(text: string, clean: (text: string) => string): string {
  const [, caption, rest = text] = /^\s*<caption>(.*?)<\/caption>\s*([\s\S]*)$/.exec(text) ?? [];
  const shown = /^ *(`{3,}|~{3,})/m.test(rest) ? clean(rest) : fenced(rest);
  return caption === undefined ? shown : `${caption}\n\n${shown}`;
}

/** The first sentence, for a list; nothing where it has more than a line of text. */
export function firstSentence({ doc = "" }: Comment, from: string, links: Links): string {
  const [paragraph = ""] = doc.split(/\n\s*\n/);
  const [sentence = ""] = paragraph.split(/(?<=[.!?])\s/);
  const text = linked(sentence, from, links).replace(/\s+/g, " ").replace(/^#+ /, "").trim();
  return /^(?:[`~]{3}|[|>-])/.test(text) || text.length > 200 ? "" : text;
}

/** `{@link name}` as code, links of the author as they are from the page, and no comment of HTML that stays open. */
function linked(text: string, from: string, links: Links): string {
  return outsideCode(text, (part) =>
    part
      .replace(/\{@inheritDoc[^}]*\}/gi, "")
      .replace(/\{@link(code|plain)?\s+([^}]*)\}/g, (_, _kind, inner: string) => inlineLink(inner))
      .replace(/\{@\w+\s+([^}]*)\}/g, (_, inner: string) => code(inner))
      .replace(
        /(!?)\[([^\]\n]*)\]\(\s*<?([^()\s>]*)>?(\s+"[^"]*")?\s*\)/g,
        (whole, bang: string, label: string, target: string) => withTarget({ whole, bang, label, target }, from, links),
      )
      .replace(/<!--(?![\s\S]*?-->)/g, "&lt;!--"),
  );
}

function inlineLink(inner: string): string {
  const [target = "", label = ""] = inner.includes("|")
    ? inner.split("|", 2)
    : (/^(\S+)\s*([\s\S]*)$/.exec(inner) ?? []).slice(1);
  const name = target.trim();
  const text = label.replace(/\s+/g, " ").trim();
  if (/^https?:/.test(name)) return text === "" ? `<${name}>` : `[${text}](${name})`;
  return text === "" ? code(name) : text;
}

interface AuthorLink {
  readonly whole: string;
  readonly bang: string;
  readonly label: string;
  readonly target: string;
}

function withTarget({ whole, bang, label, target }: AuthorLink, from: string, links: Links): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("//")) return whole;
  const address = links.ofAuthor(from, target);
  return address === undefined ? label : `${bang}[${label}](${address})`;
}

/** Targets of relative links in the comments of a text. */
export function relativeTargets(text: string): string[] {
  const found: string[] = [];
  outsideCode(text, (part) => {
    for (const [, target = ""] of part.matchAll(/\]\(\s*<?([^()\s>]*)>?/g))
      if (!/^(?:[a-z][a-z0-9+.-]*:|#|\/\/)/i.test(target)) found.push(target);
    return part;
  });
  return found;
}
