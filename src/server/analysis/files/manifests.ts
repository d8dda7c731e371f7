import path from "node:path";
import { ts } from "ts-morph";
import { z } from "zod";
import { absoluteOf } from "./model.ts";
import type { ScannedFile, Snapshot } from "./model.ts";
import { textIn } from "../../platform/openFile.ts";

const Text = z.record(z.string(), z.string()).catch({});

export const PackageJson = z.looseObject({
  name: z.string().optional().catch(undefined),
  main: z.string().optional().catch(undefined),
  module: z.string().optional().catch(undefined),
  types: z.string().optional().catch(undefined),
  bin: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .catch(undefined),
  exports: z.unknown().optional(),
  imports: z.unknown().optional(),
  scripts: Text.optional(),
  dependencies: Text.optional(),
  devDependencies: Text.optional(),
  peerDependencies: Text.optional(),
  optionalDependencies: Text.optional(),
});
export type PackageJson = z.output<typeof PackageJson>;

const CompilerPaths = z.looseObject({
  compilerOptions: z
    .looseObject({
      baseUrl: z.string().optional().catch(undefined),
      paths: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export interface Manifest<T> {
  /** The folder as callers see it, "" for the top. */
  readonly folder: string;
  readonly file: ScannedFile;
  readonly content: T;
}

const maxBytes = 4 * 1024 * 1024;

/** Every package.json that is valid JSON; those of installed or copied packages are not ours. */
export function packagesOf(snapshot: Snapshot, isOurs: (file: string) => boolean): Promise<Manifest<PackageJson>[]> {
  return manifestsOf(
    snapshot,
    (name, file) => name === "package.json" && isOurs(file),
    (text) => {
      const parsed = PackageJson.safeParse(fromJson(text));
      return parsed.success ? parsed.data : undefined;
    },
  );
}

export interface PathMapping {
  readonly folder: string;
  readonly patterns: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
}

/** `paths` and `baseUrl` of every tsconfig and jsconfig; JSON with comments and trailing commas. */
export async function pathMappingsOf(snapshot: Snapshot): Promise<PathMapping[]> {
  const isConfig = (name: string) => /^(?:ts|js)config.*\.json$/.test(name);
  const found = await manifestsOf(snapshot, isConfig, (text, file) => {
    const parsed: { readonly config?: unknown } = ts.parseConfigFileTextToJson(file.path, text);
    return CompilerPaths.safeParse(parsed.config).data?.compilerOptions;
  });
  return found.flatMap(({ folder, content: { baseUrl, paths = {} } }) => {
    const base = joinPath(folder, baseUrl ?? ".");
    const patterns = Object.entries(paths).map(([pattern, targets]) => ({
      pattern,
      targets: targets.map((target) => joinPath(base, target)),
    }));
    if (baseUrl !== undefined) patterns.push({ pattern: "*", targets: [joinPath(base, "*")] });
    return patterns.length > 0 ? [{ folder, patterns }] : [];
  });
}

export async function manifestsOf<T>(
  snapshot: Snapshot,
  isWanted: (name: string, file: string) => boolean,
  read: (text: string, file: ScannedFile) => T | undefined,
): Promise<Manifest<T>[]> {
  const found: Manifest<T>[] = [];
  for (const file of snapshot.files) {
    const name = file.path.slice(file.path.lastIndexOf("/") + 1);
    if (!file.isText || file.size > maxBytes || !isWanted(name, file.path)) continue;
    const text = await textIn(absoluteOf(file));
    const content = text === undefined ? undefined : read(text, file);
    if (content !== undefined) found.push({ folder: folderOf(file.path), file, content });
  }
  return found;
}

export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text.startsWith("\uFEFF") ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** "" for the top. */
export function folderOf(file: string): string {
  const slash = file.lastIndexOf("/");
  return slash < 0 ? "" : file.slice(0, slash);
}

/** Joins and normalizes; the top is "". */
export function joinPath(folder: string, relative: string): string {
  const joined = path.posix.normalize(path.posix.join(folder, relative));
  return joined === "." ? "" : joined.replace(/\/$/, "");
}
