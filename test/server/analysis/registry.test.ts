import assert from "node:assert/strict";
import { createSharedLibraryRegistry } from "../../../src/server/analysis/typescript/registry.ts";
import { libFolder, libText, ts } from "../../../src/server/analysis/typescript/ts.ts";

describe("the registry of parsed files", () => {
  const registry = createSharedLibraryRegistry();
  const acquire = (file: string, options: ts.CompilerOptions, text: string) =>
    registry.acquireDocumentWithKey(
      file,
      file as ts.Path,
      options,
      registry.getKeyForCompilationSettings(options),
      ts.ScriptSnapshot.fromString(text),
      "1",
    );
  const one = { target: ts.ScriptTarget.ES2022, strict: true };
  const other = { target: ts.ScriptTarget.ES2015, module: ts.ModuleKind.CommonJS };

  it("has a library file once for all options, and other files once for each", () => {
    const library = `${libFolder}/lib.es5.d.ts`;
    const text = libText(library) ?? "";
    assert.ok(text.includes("interface Array<T>"));
    assert.equal(acquire(library, one, text), acquire(library, other, text));
    const own = "/work/lib.es5.d.ts";
    assert.notEqual(acquire(own, one, "export {};"), acquire(own, other, "export {};"));
  });

  it("keeps a library file that another project still has", () => {
    const library = `${libFolder}/lib.es2015.core.d.ts`;
    const text = libText(library) ?? "";
    const first = acquire(library, one, text);
    acquire(library, other, text);
    const release = (options: ts.CompilerOptions) => {
      const key = registry.getKeyForCompilationSettings(options);
      registry.releaseDocumentWithKey(first.fileName as ts.Path, key, ts.ScriptKind.TS, undefined);
    };
    release(other);
    assert.equal(acquire(library, one, text), first);
    for (const options of [one, other]) release(options);
    assert.notEqual(acquire(library, one, text), first);
  });
});
