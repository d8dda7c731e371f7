import { openStore } from "../../../src/server/storage/open.ts";
import { storageSpec } from "./spec.ts";
import { wasmFile } from "./wasm.ts";

for (const engine of ["node", "sqljs"] as const) {
  storageSpec(engine, async (folder) => {
    const options = { folder, name: "test", engine, wasm: wasmFile, notice: () => undefined };
    return (await openStore(options)).database;
  });
}
