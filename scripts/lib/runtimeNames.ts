// Started as a process of its own with a folder: requires the package that is there, and prints what its own modules export at
// run time: functions, their static members, and the methods of prototypes.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** A function that can be reached by a name from what a module exports. */
export interface RuntimeName {
  /** The module that exports it, relative to the folder. */
  readonly module: string;
  readonly name: string;
  /** The same for the same function, whatever leads to it. */
  readonly id: number;
  /** Own files that have the function's text. */
  readonly files: readonly string[];
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
  const ids = new Map<unknown, number>();
  const found = new Map<string, RuntimeName>();
  for (const [file, loaded] of modules) {
    const module = path.relative(root, file);
    const exported: unknown = loaded?.exports;
    for (const [name, value] of [...ownName(exported), ...membersOf(exported, [])]) {
      const id = ids.get(value) ?? ids.size;
      ids.set(value, id);
      const source = Function.prototype.toString.call(value);
      const files = texts.filter(({ text }) => text.includes(source)).map((one) => one.file);
      if (files.length > 0) found.set(`${module} ${name} ${id}`, { module, name, id, files });
    }
  }
  return [...found.values()];
}

type Members = readonly (readonly [name: string, value: object])[];

/** What a module is that exports one function. */
function ownName(exported: unknown): Members {
  if (typeof exported !== "function") return [];
  return [[exported.name === "" ? "module.exports" : exported.name, exported]];
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
