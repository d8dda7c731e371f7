import { folderOf, joinPath } from "../files/manifests.ts";
import type { Manifest, PackageJson, PathMapping } from "../files/manifests.ts";

export interface ScriptResolver {
  /** The file of the repository that an import names; undefined for packages and what is not there. */
  resolve(from: string, specifier: string): string | undefined;
  /** The source file behind a path of a package.json, which often names what a build makes of it. */
  sourceOf(packageFolder: string, target: string): string | undefined;
  /** The source files behind a path with `*`. */
  sourcesOf(packageFolder: string, target: string): readonly string[];
}

export interface ResolverInput {
  readonly files: ReadonlySet<string>;
  readonly packages: readonly Manifest<PackageJson>[];
  readonly mappings: readonly PathMapping[];
  isGenerated(file: string): boolean;
}

const endings = [".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".vue", ".svelte"];
const sourcesOfOutput: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.d\.ts$/, [".ts", ".tsx", ".d.ts"]],
  [/\.d\.mts$/, [".mts", ".ts", ".d.mts"]],
  [/\.d\.cts$/, [".cts", ".ts", ".d.cts"]],
  [/\.jsx?$/, [".ts", ".tsx", ".js", ".jsx"]],
  [/\.mjs$/, [".mts", ".ts", ".mjs"]],
  [/\.cjs$/, [".cts", ".ts", ".cjs"]],
];

/**
 * Imports by the rules that TypeScript and bundlers share: relative paths with or without their ending, `paths` and
 * `baseUrl`, the repository's own packages by name, and `#imports`. A configuration is looked for from the importing
 * file upwards; all of one folder count together, as in solution-style set-ups.
 */
export function createScriptResolver(input: ResolverInput): ScriptResolver {
  const { files, isGenerated } = input;
  const mappings = Map.groupBy(input.mappings, (one) => one.folder);
  const packages = new Map(input.packages.map((one) => [one.folder, one]));
  const byName = new Map(input.packages.flatMap((one) => (one.content.name ? [[one.content.name, one] as const] : [])));

  function fileAt(target: string): string | undefined {
    for (const [output, sources] of sourcesOfOutput) {
      if (!output.test(target)) continue;
      const found = sources.map((ending) => target.replace(output, ending)).find((candidate) => files.has(candidate));
      if (found) return found;
    }
    if (files.has(target)) return target;
    return (
      endings.map((ending) => target + ending).find((candidate) => files.has(candidate)) ??
      endings.map((ending) => joinPath(target, `index${ending}`)).find((candidate) => files.has(candidate))
    );
  }

  function sourceOf(folder: string, target: string): string | undefined {
    const direct = joinPath(folder, target);
    for (const location of [direct, ...pathsOfSource(folder, target)]) {
      const found = fileAt(location);
      if (found && !isGenerated(found)) return found;
    }
    return fileAt(direct);
  }

  function sourcesOf(folder: string, target: string): string[] {
    // "src/*" before "*", which would have it all.
    const positions = [...pathsOfSource(folder, target)].sort((a, b) => b.indexOf("*") - a.indexOf("*"));
    for (const location of [joinPath(folder, target), ...positions]) {
      const head = location.slice(0, location.indexOf("*"));
      const found = [...files].filter((file) => {
        if (!file.startsWith(head) || isGenerated(file)) return false;
        const whole = file.slice(head.length);
        const stars = [whole, whole.replace(/(?:\.d)?\.[^./]+$/, "")];
        return stars.some((star) => fileAt(location.replaceAll("*", () => star)) === file);
      });
      if (found.length > 0) return found;
    }
    return [];
  }

  function inPackage({ folder, content }: Manifest<PackageJson>, subpath: string): string | undefined {
    const listed = targetsOf(content.exports, subpath === "" ? "." : `./${subpath}`);
    const main = subpath === "" ? [content.types, content.module, content.main].filter((one) => one !== undefined) : [];
    for (const target of [...listed, ...main]) {
      const found = sourceOf(folder, target);
      if (found) return found;
    }
    return fileAt(joinPath(folder, subpath)) ?? fileAt(joinPath(folder, `src/${subpath}`));
  }

  function mapped(from: string, specifier: string): string | undefined {
    for (const folder of upwards(from)) {
      for (const { patterns } of mappings.get(folder) ?? []) {
        for (const { pattern, targets } of patterns) {
          const star = starOf(pattern, specifier);
          if (star === undefined) continue;
          for (const target of targets) {
            const found = fileAt(target.replace("*", () => star));
            if (found) return found;
          }
        }
      }
    }
    return undefined;
  }

  function named(from: string, specifier: string): string | undefined {
    if (specifier.startsWith("#")) {
      const owner = upwards(from)
        .map((folder) => packages.get(folder))
        .find((one) => one !== undefined);
      const targets = owner ? targetsOf(owner.content.imports, specifier) : [];
      return targets.map((target) => owner && sourceOf(owner.folder, target)).find((one) => one !== undefined);
    }
    const parts = specifier.split("/");
    const length = specifier.startsWith("@") ? 2 : 1;
    const owner = byName.get(parts.slice(0, length).join("/"));
    return owner && inPackage(owner, parts.slice(length).join("/"));
  }

  return {
    sourceOf,
    sourcesOf,
    resolve(from, specifier) {
      const plain = /^[^?]*/.exec(specifier)?.[0] ?? specifier;
      if (/^\.\.?(?:\/|$)/.test(plain)) return fileAt(joinPath(folderOf(from), plain));
      if (plain === "" || plain.startsWith("/") || /^[a-z]+:/.test(plain)) return undefined;
      return mapped(from, plain) ?? named(from, plain);
    },
  };
}

/**
 * Where the source of a built file may be: a target like "../dist/esm/x.js" is taken from where it leads, first the output
 * folder, then what is in it.
 */
function* pathsOfSource(folder: string, target: string): Generator<string> {
  const base = joinPath(folder, /^(?:\.\.\/)+/.exec(target)?.[0] ?? ".");
  const parts = target.replace(/^(?:\.\.?\/)+/, "").split("/");
  for (let drop = 1; drop < Math.min(parts.length, 4); drop++) {
    for (const container of ["", "src", "lib"]) {
      yield joinPath(base, [container, ...parts.slice(drop)].filter(Boolean).join("/"));
    }
  }
}

/** The folder of a file and those around it, "" last. */
function upwards(file: string): string[] {
  const folders: string[] = [];
  for (let at = folderOf(file); ; at = folderOf(at)) {
    folders.push(at);
    if (at === "") return folders;
  }
}

/** What `*` stands for; "" where the pattern has none and is equal; undefined where it does not match. */
function starOf(pattern: string, specifier: string): string | undefined {
  const at = pattern.indexOf("*");
  if (at < 0) return pattern === specifier ? "" : undefined;
  const [head, tail] = [pattern.slice(0, at), pattern.slice(at + 1)];
  const fits = specifier.startsWith(head) && specifier.endsWith(tail) && specifier.length >= head.length + tail.length;
  return fits ? specifier.slice(head.length, specifier.length - tail.length) : undefined;
}

/** Every path that `exports` or `imports` gives for a key, whatever the condition. */
export function targetsOf(map: unknown, key: string): string[] {
  if (key === "." && (typeof map === "string" || Array.isArray(map))) return leaves(map);
  if (!isRecord(map)) return [];
  if (key === "." && !Object.keys(map).some((name) => name.startsWith("."))) return leaves(map);
  for (const [pattern, value] of Object.entries(map)) {
    const star = starOf(pattern, key);
    if (star !== undefined) return leaves(value).map((target) => target.replaceAll("*", () => star));
  }
  return [];
}

export function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  return isRecord(value) ? Object.values(value).flatMap(leaves) : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
