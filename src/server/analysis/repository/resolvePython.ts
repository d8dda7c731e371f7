import type { ImportFacts } from "../syntax/facts.ts";
import { folderOf, joinPath } from "../files/manifests.ts";

interface Target {
  readonly to: string;
  readonly names: readonly string[] | "*";
}

export interface PythonResolver {
  /** The files that an import loads: a module, or the submodules that are imported from a package by name. */
  resolve(from: string, one: ImportFacts): Target[];
}

/** Python's import rules over the files of the repository; every folder that contains a top package is a search path. */
export function createPythonResolver(files: ReadonlySet<string>): PythonResolver {
  const searchPaths = [...new Set([...files].filter((file) => /\.pyi?$/.test(file)).map(searchPathOf))].sort(
    (a, b) => b.length - a.length,
  );

  function searchPathOf(file: string): string {
    let folder = folderOf(file);
    while (folder !== "" && files.has(`${folder}/__init__.py`)) folder = folderOf(folder);
    return folder;
  }

  function moduleAt(folder: string, name: string): string | undefined {
    const base = joinPath(folder, name.replaceAll(".", "/"));
    const candidates = [`${base}.py`, `${base}/__init__.py`, `${base}.pyi`, `${base}/__init__.pyi`];
    return candidates.find((candidate) => files.has(candidate));
  }

  function from(folders: readonly string[], name: string, names: ImportFacts["names"]): Target[] {
    for (const folder of folders) {
      const found = name === "" ? moduleAt(folder, "__init__") : moduleAt(folder, name);
      const inside = names === "*" ? [] : names.map((one) => moduleAt(folder, name === "" ? one : `${name}.${one}`));
      const submodules = inside.filter((one) => one !== undefined);
      if (found === undefined && submodules.length === 0) continue;
      const own = names === "*" ? names : names.filter((_, index) => inside[index] === undefined);
      const targets: Target[] = submodules.map((to) => ({ to, names: "*" }));
      if (found !== undefined && (submodules.length === 0 || own.length > 0)) targets.push({ to: found, names: own });
      return targets;
    }
    return [];
  }

  return {
    resolve(file, { specifier, names }) {
      const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
      const name = specifier.slice(dots);
      if (dots > 0) {
        let folder = folderOf(file);
        for (let up = 1; up < dots; up++) folder = folderOf(folder);
        return from([folder], name, names);
      }
      const own = folderOf(file);
      // A script finds what lies beside it; then the search path that is nearest around the file.
      const around = searchPaths.filter((folder) => folder === "" || `${own}/`.startsWith(`${folder}/`));
      // Packages without __init__.py are known from the top or from src only.
      const others = [...searchPaths.filter((folder) => !around.includes(folder)), "src", ""];
      return from([...(searchPathOf(file) === own ? [own] : []), ...around, ...others], name, names);
    },
  };
}
