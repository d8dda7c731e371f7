import { createRequire } from "node:module";

export const wasmFile = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");
