import { isCaseSensitive, libFolder, ts } from "./ts.ts";

/**
 * The parsed files of all projects. A file is shared by projects of equal options; the library files by all of them, since
 * no option changes how they are parsed and bound: they are declaration files without imports. Copies of
 * them for six projects took 125 MB.
 */
export function createSharedLibraryRegistry(): ts.DocumentRegistry {
  const registry = ts.createDocumentRegistry(isCaseSensitive);
  // Any settings will do: the key only has to be the same for all.
  const libraryKey = registry.getKeyForCompilationSettings({});
  const keyOf = (path: string, key: ts.DocumentRegistryBucketKey) =>
    path.startsWith(`${libFolder}/`) ? libraryKey : key;
  return {
    ...registry,
    acquireDocumentWithKey: (fileName, path, host, key, ...rest) =>
      registry.acquireDocumentWithKey(fileName, path, host, keyOf(path, key), ...rest),
    updateDocumentWithKey: (fileName, path, host, key, ...rest) =>
      registry.updateDocumentWithKey(fileName, path, host, keyOf(path, key), ...rest),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- only its overload without a mode is; the service gives one
    releaseDocumentWithKey(
      path: ts.Path,
      key: ts.DocumentRegistryBucketKey,
      kind?: ts.ScriptKind,
      mode?: ts.ResolutionMode,
    ) {
      registry.releaseDocumentWithKey(path, keyOf(path, key), kind ?? ts.ScriptKind.Unknown, mode);
    },
  };
}
