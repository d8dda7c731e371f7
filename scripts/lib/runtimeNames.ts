// Started as a process of its own with a folder: requires the package that is there, and prints what its own modules export at
// run time: functions, their static members, and the methods of prototypes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** Functions of a package that can be reached by a name from what its modules export. */
export interface RuntimeName {
  readonly name: string;
  /** Own files that have the functions' texts. */
  readonly files: readonly string[];
  /** How many of them are written apart. */
  readonly functions: number;
  /** Whether the package writes the name; else a run works it out. */
  readonly isWritten: boolean;
}

/** Members of every function and prototype. */
const builtIn = new Set(["length", "name", "arguments", "caller", "constructor"]);
const maxDepth = 3;

const [folder] = process.argv.slice(2);
if (folder !== undefined) console.log(JSON.stringify(namesOf(folder)));

function namesOf(root: string): RuntimeName[] {
  const require = createRequire(pathToFileURL(path.join(root, "package.json")));
  require(root);
  const isOwn = (file: string) => file.startsWith(`${root}/`) && !file.includes("/node_modules/");
  const modules = Object.entries(require.cache).filter(([file]) => isOwn(file) && file.endsWith(".js"));
  const texts = modules.map(([file]) => ({ file: path.relative(root, file), text: readFileSync(file, "utf8") }));
  const functions = new Map<string, Set<string>>();
  const made = new Map<string, Set<unknown>>();
  for (const [, loaded] of modules) {
    const exported: unknown = loaded?.exports;
    for (const [name, value] of [...ownName(exported), ...membersOf(exported, [])]) {
      const source = Function.prototype.toString.call(value);
      functions.set(name, (functions.get(name) ?? new Set()).add(source));
      made.set(source, (made.get(source) ?? new Set()).add(value));
    }
  }
  return [...functions].flatMap(([name, all]): RuntimeName[] => {
    // What comes from Node or from a dependency is nowhere in the package's own files.
    const own = [...all].filter((source) => texts.some(({ text }) => text.includes(source)));
    if (own.length === 0) return [];
    const filesOf = (sources: readonly string[]) =>
      texts.filter(({ text }) => sources.some((source) => text.includes(source)));
    // One text that makes several functions names them by strings, if by anything in the file.
    const written = own.filter(
      (source) => (made.get(source)?.size ?? 0) === 1 || filesOf([source]).some(hasString(name)),
    );
    const files = filesOf(own).map(({ file }) => file);
    return [{ name, files, functions: written.length || own.length, isWritten: written.length > 0 }];
  });
}

/** The name as a string in a list. */
function hasString(name: string) {
  const quoted = name.replaceAll(/[^\w]/g, "\\$&");
  const inList = new RegExp(`(?:(?<![\\w$)\\]])\\[|,|concat\\()\\s*["']${quoted}["']\\s*[,\\])]`);
  return ({ text }: { text: string }) => inList.test(text);
}

type Members = readonly (readonly [name: string, value: object])[];

/** What a module is that exports one function. */
function ownName(exported: unknown): Members {
  return typeof exported === "function" && exported.name !== "" ? [[exported.name, exported]] : [];
}

/** The functions among the members of a value, then those of its members and of its prototype. */
function membersOf(value: unknown, around: readonly unknown[]): Members {
  if (!isContainer(value) || around.length === maxDepth || around.includes(value)) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([name, descriptor]): Members => {
    if (name === "prototype") return membersOf(descriptor.value, [...around, value]);
    if (builtIn.has(name)) return [];
    const own = [descriptor.value, descriptor.get].filter((one: unknown) => typeof one === "function");
    return [...own.map((one: object) => [name, one] as const), ...membersOf(descriptor.value, [...around, value])];
  });
}

function isContainer(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null && !ArrayBuffer.isView(value));
}
