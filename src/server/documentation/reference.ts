import type { DocumentedMember, DocumentedModule, DocumentedName } from "../analysis/typescript/answers.ts";

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

/**
 * The page of a module: each exported name with its signature, its comment and its members, and a link to its line.
 * @param linkTo The address of a line, as it is from the page.
 */
export function modulePage(module: DocumentedModule, linkTo: (path: string, line: number) => string): string {
  const parts = [`# ${module.path}`, ...(module.doc === undefined ? [] : [module.doc])];
  for (const [kind, title] of chapters) {
    const names = module.exports.filter((each) => each.kind === kind);
    if (names.length === 0) continue;
    parts.push(`## ${title}`, ...names.flatMap((each) => entry(each, module, linkTo)));
  }
  const known = new Set(chapters.map(([kind]) => kind));
  const rest = module.exports.filter(({ kind }) => !known.has(kind));
  if (rest.length > 0) parts.push("## Other", ...rest.flatMap((each) => entry(each, module, linkTo)));
  if (module.exports.length === 0) parts.push("This module exports nothing.");
  return `${parts.join("\n\n")}\n`;
}

function entry(
  { name, path, line, signature, doc, deprecated, members = [] }: DocumentedName,
  module: DocumentedModule,
  linkTo: (path: string, line: number) => string,
): string[] {
  const where =
    path === ""
      ? ""
      : path === module.path
        ? `[line ${String(line)}](${linkTo(path, line)})`
        : `from [${path}](${linkTo(path, line)})`;
  return [
    `### ${escaped(name)}`,
    fenced(signature),
    ...(deprecated ? ["**Deprecated.**"] : []),
    ...(doc === undefined ? [] : [doc]),
    ...(members.length > 0 ? [members.map(memberLine).join("\n")] : []),
    ...(where === "" ? [] : [where]),
  ];
}

/** An item of a list: a comment of several lines stays in it. */
function memberLine({ signature, doc }: DocumentedMember): string {
  const head = signature.split("\n").map((each) => `\`${each.replaceAll("`", "'")}\``);
  const [first = "", ...rest] = (doc ?? "").split("\n");
  const text = [first, ...rest.map((line) => (line === "" ? "" : `  ${line}`))].join("\n");
  return `- ${head.join(" · ")}${text === "" ? "" : `: ${text}`}`;
}

/** A fence longer than any in the text. */
export function fenced(text: string, language = "ts"): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function escaped(name: string): string {
  return name.replace(/[\\`*_[\]<>#]/g, "\\$&");
}
