// Reads generated pages again and compares what is on them with TypeDoc's model.
import path from "node:path";
import { piecesOf } from "../../src/server/documentation/markers.ts";
import type { RequiredModule } from "./requiredNames.ts";
import type { TypedocModule, TypedocName } from "./typedoc.ts";

interface PageName {
  /** Where the entry of a name is that the page passes on. */
  readonly link?: string;
  readonly kind: string;
  readonly name: string;
  readonly isTypeOnly: boolean;
  readonly text: string;
}

interface Compared {
  readonly modules: number;
  readonly names: number;
  readonly members: number;
  readonly comments: number;
  readonly differences: readonly string[];
}

export function differencesFrom(
  pages: ReadonlyMap<string, string>,
  theirs: readonly TypedocModule[],
  folder: string,
): Compared {
  const differences: string[] = [];
  let [names, members, comments] = [0, 0, 0];
  for (const module of theirs) {
    const page = pages.get(`${folder}/${module.path}.md`);
    if (page === undefined) {
      if (module.names.length > 0) differences.push(`${module.path}: no page`);
      continue;
    }
    const ours = namesOn(page);
    const left = new Set(ours);
    // What CommonJS hands on, TypeDoc knows in part, and below the name of the whole.
    const isScript = /\.[cm]?jsx?$/.test(module.path);
    for (const { name: theirName, each } of flat(module.names)) {
      const name = isScript ? theirName.replace(/^export=\./, "") : theirName;
      if (isScript && name === "export=" && (each.names.length > 0 || !ours.some((one) => one.name === name))) continue;
      names++;
      const found =
        ours.find((one) => one.name === name && isKind(one, each, module.path)) ?? otherKind(ours, name, each);
      if (!found) {
        const others = ours.filter((one) => one.name === name).map(({ kind }) => kind);
        differences.push(
          `${module.path}: ${name} (${each.kind}) is ${others.length > 0 ? `a ${others.join(" and ")}` : "missing"}`,
        );
        continue;
      }
      left.delete(found);
      // A class by its comment has an interface for its instances; a reference stands for all that the name means.
      const standsForMore = each.isReference || (each.kind === "class" && found.kind === "variable");
      for (const one of standsForMore ? ours : []) {
        if (one.name === name || (each.isReference && one.name.startsWith(`${name}.`))) left.delete(one);
      }
      if (each.comment !== "" && !each.isReference) {
        comments++;
        const texts = [found, ...(each.kind === "namespace" ? ours.filter((one) => one.name === name) : [])];
        // A namespace without a comment has that of a variable of its name there.
        if (!texts.some((one) => has(textOf(one, { pages, page: `${folder}/${module.path}.md` }), each.comment)))
          differences.push(`${module.path}: the comment of ${name} is missing: ${each.comment.slice(0, 60)}`);
      }
      for (const member of each.members) {
        // A class that declares no constructor has one in TypeDoc.
        if (member.kind === "constructor") continue;
        members++;
        if (!hasMember(found.text, member.name))
          differences.push(`${module.path}: ${name} has no ${member.kind} ${member.name}`);
        if (member.comment === "") continue;
        comments++;
        if (!has(found.text, member.comment)) {
          differences.push(
            `${module.path}: the comment of ${name}.${member.name} is missing: ${member.comment.slice(0, 60)}`,
          );
        }
      }
    }
    if (!isScript)
      for (const { kind, name } of withoutAugmentations([...left]))
        differences.push(`${module.path}: ${name} (${kind}) is not in TypeDoc's model`);
  }
  for (const page of pages.keys()) {
    const module = page.slice(folder.length + 1, -".md".length);
    if (module !== "README" && !theirs.some((each) => each.path === module))
      differences.push(`${module}: TypeDoc has no such module`);
  }
  return { modules: theirs.length, names, members, comments, differences };
}

/** Names that a CommonJS module has when it runs and its page has not. */
export function missingAtRunTime(
  pages: ReadonlyMap<string, string>,
  modules: readonly RequiredModule[],
  folder: string,
): string[] {
  return modules.flatMap((module) => {
    const names = new Set(namesOn(pages.get(`${folder}/${module.path}.md`) ?? "").map(({ name }) => name));
    return module.names
      .filter((name) => !names.has(name))
      .map((name) => `${module.path}: ${name} is missing, which it has at run time`);
  });
}

/** Those of namespaces with the names around them. */
function flat(names: readonly TypedocName[], prefix = ""): { name: string; each: TypedocName }[] {
  return names.flatMap((each) => {
    const name = `${prefix}${each.name}`;
    return [{ name, each }, ...flat(each.names, `${name}.`)];
  });
}

function isKind({ kind, isTypeOnly }: PageName, { kind: wanted }: TypedocName, file: string): boolean {
  // A value that is exported as a type only is a type in TypeDoc's model.
  if (isTypeOnly && kind === "class") return wanted === "interface" || wanted === "class";
  if (isTypeOnly && (kind === "function" || kind === "variable")) return wanted === "type" || wanted === kind;
  // A property of `module.exports` is a variable there, whatever it is set to.
  if (/\.[cm]?jsx?$/.test(file) && wanted === "variable") return true;
  return kind === wanted;
}

/**
 * Other names for one kind, which are no differences. `@class` makes a class of a variable in TypeDoc's model. And it asks the
 * first declaration of a name alone whether a function is set to it: behind an interface, a type or a namespace of that name
 * the function stays a variable.
 */
function otherKind(ours: readonly PageName[], name: string, { kind }: TypedocName): PageName | undefined {
  const named = ours.filter((one) => one.name === name);
  if (kind === "variable" && named.some((one) => ["interface", "type", "namespace"].includes(one.kind))) {
    return named.find((one) => one.kind === "function");
  }
  return kind === "class" ? ours.find((one) => one.name === name && one.kind === "variable") : undefined;
}

/** TypeDoc has nothing of what a module with exports adds to what is global, or to another module. */
function withoutAugmentations(names: readonly PageName[]): readonly PageName[] {
  const added = names.filter(({ text }) => /^declare (?:global|module )/m.test(text)).map(({ name }) => name);
  return names.filter(({ name }) => !added.some((each) => name === each || name.startsWith(`${each}.`)));
}

/** What is said of a name, also where its page only links to it. */
function textOf(
  { text, link }: PageName,
  { pages, page }: { pages: ReadonlyMap<string, string>; page: string },
): string {
  if (link === undefined) return text;
  const [file = "", anchor = ""] = link.split("#", 2);
  const pieces = piecesOf(pages.get(path.posix.join(path.posix.dirname(page), decodeURI(file))) ?? "");
  const piece = "message" in pieces ? undefined : pieces.find((each) => each.text.includes(`<a id="${anchor}"></a>`));
  return piece?.text ?? "";
}

function namesOn(page: string): PageName[] {
  const pieces = piecesOf(page);
  if ("message" in pieces) throw new Error(pieces.message);
  return pieces.flatMap((piece): PageName[] => {
    if (piece.kind !== "section") return [];
    if (piece.id === "chapter reexports") return [...reexports(piece.text)];
    const [, kind = "", name = ""] = /^(\S+) (.+)$/.exec(piece.id) ?? [];
    if (["", "page", "chapter", "overview"].includes(kind)) return [];
    const isTypeOnly = piece.text.includes("Exported as a type only.");
    return [{ kind, name: typedocName(name), isTypeOnly, text: piece.text }];
  });
}

function* reexports(text: string): Generator<PageName> {
  for (const [, linked, link, plain = "", kind = "", more] of text.matchAll(
    /^- (?:\[((?:\\.|[^\]\\])+)\]\(([^)]*)\)|(\S+)) \((\w+)(, type only)?\)/gm,
  )) {
    yield {
      ...(link !== undefined && { link }),
      kind,
      name: typedocName((linked ?? plain).replace(/\\(.)/g, "$1")),
      isTypeOnly: more !== undefined,
      text: "",
    };
  }
}

function typedocName(name: string): string {
  return name === "module.exports" || name === "export =" ? "export=" : name;
}

/** Letters and digits alone: Markdown of links and escapes differ. */
function has(text: string, comment: string): boolean {
  const plain = (part: string) => part.replace(/\]\([^)]*\)?/g, "").replace(/[^\p{L}\p{N}]+/gu, "");
  return plain(text).includes(plain(comment).slice(0, 60));
}

function hasMember(text: string, name: string): boolean {
  const quoted = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^- .*\`+ ?(?:static )?["']?${quoted}["']?(?:[?(:<= \`]|$)`, "m").test(text);
}
