import type { FileState } from "../fileState.ts";
import { isCaseSensitive, keyOf, ts } from "../ts.ts";
import type { Outputs } from "./outputs.ts";

export interface ResolverDeps {
  readonly files: FileState;
  readonly options: ts.CompilerOptions;
  /** Of the project. */
  readonly folder: string;
  /** Of the projects that it refers to. */
  readonly outputs?: Outputs | undefined;
}

export interface Origin {
  readonly from: string;
  readonly mode?: ts.ResolutionMode;
}

/** Finds the files that specifiers lead to, by the compiler's rules. */
export interface Resolver {
  resolve(specifier: string, origin: Origin): string | undefined;
}

export function createResolver({ files, options, folder, outputs }: ResolverDeps): Resolver {
  const sourceOf = (name: string) => outputs?.sourceOf(files.realpath(name));
  const host: ts.ModuleResolutionHost = {
    fileExists: outputs ? (name) => files.exists(name) || sourceOf(name) !== undefined : files.exists,
    readFile: files.text,
    // What would be built is in folders that need not be there.
    ...(outputs ? {} : { directoryExists: files.isFolder }),
    realpath: files.realpath,
    getCurrentDirectory: () => folder,
    useCaseSensitiveFileNames: isCaseSensitive,
  };
  // To the compiler `logo.svg` is there by a declaration file of a known name, so every file is found by its own rules.
  const assetHost: ts.ModuleResolutionHost = {
    ...host,
    fileExists: (name) => files.exists(assetOf(name) ?? name),
    realpath: (name) => {
      const asset = assetOf(name);
      return asset === undefined ? files.realpath(name) : declarationOf(files.realpath(asset));
    },
  };
  const cache = ts.createModuleResolutionCache(folder, keyOf, options);
  const assetCache = ts.createModuleResolutionCache(folder, keyOf, options);

  return {
    resolve(specifier, { from, mode }) {
      const plain = withoutQuery(specifier);
      const found = ts.resolveModuleName(plain, from, options, host, cache, undefined, mode).resolvedModule;
      if (found) return sourceOf(found.resolvedFileName) ?? found.resolvedFileName;
      if (!hasExtension(plain)) return undefined;
      const asset = ts.resolveModuleName(plain, from, options, assetHost, assetCache, undefined, mode).resolvedModule;
      return asset && (assetOf(asset.resolvedFileName) ?? asset.resolvedFileName);
    },
  };
}

/** What an import says to a bundler about an asset. */
export function queryOf(specifier: string): string {
  return /[?].*$/.exec(specifier)?.[0] ?? "";
}

function withoutQuery(specifier: string): string {
  return specifier.slice(0, specifier.length - queryOf(specifier).length);
}

function hasExtension(specifier: string): boolean {
  return /\.[^./]+$/.test(specifier);
}

const declarationName = /\.d\.([^./]+)\.ts$/;

function assetOf(name: string): string | undefined {
  const extension = declarationName.exec(name)?.[1];
  return extension === undefined ? undefined : name.replace(declarationName, `.${extension}`);
}

function declarationOf(asset: string): string {
  return asset.replace(/\.([^./]+)$/, ".d.$1.ts");
}
