// node typedocNames.mjs REQUEST_FILE ANSWER_FILE
// What TypeDoc's own model has of the modules of a folder: names, kinds, members and the beginnings of their comments.
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-argument -- TypeDoc is in the cache, where the compiler reads no types */
/**
 * What is read of TypeDoc's reflections.
 * @typedef {{
 *   name: string, kind: number, comment?: { summary: { kind: string, text: string }[], inheritedFromParentDeclaration?: boolean }, children?: Reflection[],
 *   signatures?: Reflection[], getSignature?: Reflection, inheritedFrom?: unknown, sources?: { fullFileName: string }[],
 *   isReference(): boolean, getTargetReflectionDeep(): Reflection,
 * }} Reflection
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [requestFile = "", answerFile = ""] = process.argv.slice(2);
const { typedoc, folder, tsconfig, files } = JSON.parse(readFileSync(requestFile, "utf8"));
const { Application, Converter, ReflectionKind } = await import(
  pathToFileURL(path.join(typedoc, "dist", "index.js")).href
);

const kinds = new Map([
  [ReflectionKind.Class, "class"],
  [ReflectionKind.Function, "function"],
  [ReflectionKind.Variable, "variable"],
  [ReflectionKind.Interface, "interface"],
  [ReflectionKind.TypeAlias, "type"],
  [ReflectionKind.Enum, "enum"],
  [ReflectionKind.Namespace, "namespace"],
  [ReflectionKind.Module, "namespace"],
  [ReflectionKind.Property, "property"],
  [ReflectionKind.Method, "method"],
  [ReflectionKind.Accessor, "accessor"],
  [ReflectionKind.EnumMember, "member"],
  [ReflectionKind.Constructor, "constructor"],
]);

const application = await Application.bootstrap({
  entryPoints: files,
  tsconfig,
  basePath: folder,
  skipErrorChecking: true,
  excludePrivate: true,
  disableGit: true,
  sourceLinkTemplate: "{path}",
  logLevel: "Error",
});
/**
 * The comments as they stand in the code: later TypeDoc gives a class the comment of its base.
 * @type {Map<Reflection, string>}
 */
const comments = new Map();
const first = 1_000_000;
application.converter.on(
  Converter.EVENT_RESOLVE_BEGIN,
  (/** @type {{ project: { reflections: Record<number, Reflection> } }} */ context) => {
    for (const each of Object.values(context.project.reflections)) {
      // That of a library's declaration stands in no file of the folder.
      if (each.comment?.inheritedFromParentDeclaration) continue;
      const text = (each.comment?.summary ?? []).find(({ kind }) => kind === "text")?.text.trim() ?? "";
      if (text !== "") comments.set(each, text.slice(0, 200));
    }
  },
  first,
);
/** @type {Reflection | undefined} */
const project = await application.convert();
if (!project) throw new Error("TypeDoc converted nothing.");
const modules = (project.children ?? []).filter(({ kind }) => kind === ReflectionKind.Module);
const answer = modules.map((module) => {
  const file = fileOf(module);
  const names = (module.children ?? []).filter((each) => !isOfLibrary(each) || each.kind === ReflectionKind.Interface);
  return {
    path: path.relative(folder, file).replaceAll("\\", "/"),
    name: module.name,
    names: names.map((each) => (isOfLibrary(each) ? addedTo(each, file) : nameOf(each))),
  };
});
writeFileSync(answerFile, JSON.stringify(answer));

/**
 * A script has no source there, only its path without the ending.
 * @param {Reflection} module
 * @returns {string}
 */
function fileOf({ sources, name }) {
  const known = sources?.[0]?.fullFileName;
  if (known !== undefined) return known;
  const found = files.find((/** @type {string} */ file) => file.startsWith(`${path.join(folder, name)}.`));
  return String(found ?? folder);
}

/**
 * Whether one of the compiler's libraries declares it as well.
 * @param {Reflection} reflection
 */
function isOfLibrary({ sources = [] }) {
  return sources.some(({ fullFileName }) => /\/typescript\/lib\/lib\.[^/]*$/.test(fullFileName));
}

/**
 * What a module adds to a global interface; TypeDoc has all of that interface, of every file.
 * @param {Reflection} reflection
 * @param {string} file
 */
function addedTo(reflection, file) {
  const isAdded = (/** @type {Reflection} */ { sources = [] }) =>
    sources.some(({ fullFileName }) => fullFileName === file);
  return {
    ...nameOf({ ...reflection, isReference: () => false, children: (reflection.children ?? []).filter(isAdded) }),
    comment: "",
  };
}

/**
 * @param {Reflection} reflection
 * @returns {object}
 */
function nameOf(reflection) {
  const isReference = reflection.isReference();
  const target = isReference ? reflection.getTargetReflectionDeep() : reflection;
  const isContainer = [ReflectionKind.Class, ReflectionKind.Interface, ReflectionKind.Enum].includes(target.kind);
  const children = target.children ?? [];
  return {
    name: reflection.name,
    kind: kinds.get(target.kind) ?? String(target.kind),
    isReference,
    comment: commentOf(reflection) || commentOf(target),
    members: isReference || !isContainer ? [] : children.filter((each) => !each.inheritedFrom).map(memberOf),
    names: isReference || target.kind !== ReflectionKind.Namespace ? [] : children.map(nameOf),
  };
}

/** @param {Reflection} member */
function memberOf(member) {
  return { name: member.name, kind: kinds.get(member.kind) ?? String(member.kind), comment: commentOf(member) };
}

/**
 * The first words of its own text.
 * @param {Reflection} reflection
 */
function commentOf(reflection) {
  const all = [
    reflection,
    ...(reflection.signatures ?? []),
    ...(reflection.getSignature ? [reflection.getSignature] : []),
  ];
  return all.map((each) => comments.get(each) ?? "").find((text) => text !== "") ?? "";
}
