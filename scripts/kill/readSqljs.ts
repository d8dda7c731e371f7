// Prints the first column of a query over every sql.js file of a ledger folder, each opened as a server opens it.
import { createRequire } from "node:module";
import { openStore } from "../../src/server/storage/open.ts";

const [folder = "", query = ""] = process.argv.slice(2);
const wasm = createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm");
const notice = (message: string) => process.stderr.write(`${message}\n`);
const store = await openStore({ folder, name: "ledger", engine: "sqljs", wasm, notice });
const others = await store.others();
// Where the file of a killed server still counts as in use, this process has a new one of its own, without tables.
const isNew = store.database.prepare("SELECT 1 FROM sqlite_master").all().length === 0;
const rows = [...(isNew ? [] : store.database.prepare(query).all()), ...others.flatMap((other) => other.all(query))];
for (const other of others) other.close();
store.database.close();
process.stdout.write(rows.map((row) => `${String(Object.values(row)[0])}\n`).join(""));
