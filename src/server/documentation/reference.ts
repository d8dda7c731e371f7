import type { DocumentedMember, DocumentedModule, DocumentedName } from "../analysis/typescript/answers.ts";
import { classChart } from "./classChart.ts";
import { commentText, firstSentence } from "./comment.ts";
import type { Links } from "./links.ts";
import { code, escaped, fenced, item } from "./markdown.ts";
import { createSections } from "./sections.ts";
import type { Section } from "./sections.ts";

/** Chapters of a module's page, in their order. */
const chapters: readonly (readonly [kind: string, title: string])[] = [
  ["class", "Classes"],
  ["function", "Functions"],
  ["variable", "Variables"],
  ["interface", "Interfaces"],
  ["type", "Types"],
  ["enum", "Enums"],
  ["namespace", "Namespaces"],
];

/** What a name is called on its page. */
export function partId(kind: string, name: string): string {
  return `${kind} ${name}`;
}

/** The page of a module: each exported name with its signature, its comment and its members, and a link to where it is. */
export function modulePage(module: DocumentedModule, links: Links): Section[] {
  const { path, doc, exports } = module;
  const { sections, add } = createSections();
  const comment = doc === undefined ? [] : commentText({ doc }, path, links);
  const overview = links.hasLines ? undefined : links.part("");
  const source = links.source(path, 1);
  const where = overview === undefined || source === undefined ? [] : [`[Source](${source}) · [Overview](${overview})`];
  add(`page ${path}`, [`# ${escaped(path)}`, ...where, ...comment].join("\n\n"));
  const chart = classChart(exports);
  if (chart !== undefined) add("chart", `## Hierarchy\n\n${chart}`);
  const own = exports.filter(({ home }) => home === undefined);
  for (const [kind, title] of chapters) {
    const names = own.filter((each) => each.kind === kind);
    if (names.length === 0) continue;
    add(`chapter ${kind}`, `## ${title}`);
    for (const each of names) addEntry(each, "");
  }
  const passed = exports.filter(({ home }) => home !== undefined);
  if (passed.length > 0) {
    add("chapter reexports", `## Re-exports\n\n${passed.map((each) => reexport(each, path, links)).join("\n")}`);
  }
  if (exports.length === 0) add("empty", "This module exports nothing.");
  return sections;

  function addEntry(each: DocumentedName, prefix: string): void {
    const name = `${prefix}${each.name}`;
    add(partId(each.kind, name), (id) => entry({ ...each, name }, { path, links, id, level: prefix === "" ? 3 : 4 }));
    for (const inner of each.exports ?? []) addEntry(inner, `${name}.`);
  }
}

interface Around {
  readonly path: string;
  readonly links: Links;
  readonly id: string;
  readonly level: number;
}

function entry(
  { name, path, line, signature, isTypeOnly, home, members = [], ...comment }: DocumentedName,
  { path: page, links, id, level }: Around,
): string {
  const source = path === "" ? undefined : links.source(path, line);
  const target = home && links.part(home.path, home.name === undefined ? undefined : partId(comment.kind, home.name));
  const from = path === "" ? page : path;
  return [
    `${links.anchor(id)}${"#".repeat(level)} ${escaped(name)}`,
    fenced(signature),
    ...(signature.includes("…") ? ["_Shortened: the whole type is in the source._"] : []),
    ...(isTypeOnly ? ["Exported as a type only."] : []),
    ...commentText(comment, from, links),
    ...(members.length > 0 ? [members.map((each) => memberItem(each, from, links)).join("\n")] : []),
    ...whereabouts({ path, line, page, source: target ?? source, hasLines: links.hasLines }),
  ].join("\n\n");
}

interface Whereabouts {
  readonly path: string;
  readonly line: number;
  readonly page: string;
  readonly source: string | undefined;
  readonly hasLines: boolean;
}

function whereabouts({ path, line, page, source, hasLines }: Whereabouts): string[] {
  if (path === "") return ["Declared outside of the workspace."];
  if (path === page) return hasLines && source !== undefined ? [`[line ${String(line)}](${source})`] : [];
  return [source === undefined ? `from ${escaped(path)}` : `from [${escaped(path)}](${source})`];
}

function memberItem({ signature, ...comment }: DocumentedMember, from: string, links: Links): string {
  const text = commentText(comment, from, links).join("\n\n");
  return item(`${signature.split("\n").map(code).join(" · ")}${text === "" ? "" : `: ${text}`}`);
}

function reexport(
  { name, kind, path, line, home, isTypeOnly, ...comment }: DocumentedName,
  page: string,
  links: Links,
): string {
  const id = home?.name === undefined ? undefined : partId(kind, home.name);
  const target = (home && links.part(home.path, id)) ?? (path === "" ? undefined : links.source(path, line));
  const shown = target === undefined ? escaped(name) : `[${escaped(name)}](${target})`;
  const text = firstSentence(comment, path === "" ? page : path, links);
  return item(`${shown} (${kind}${isTypeOnly ? ", type only" : ""})${text === "" ? "" : `: ${text}`}`);
}
