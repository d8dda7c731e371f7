import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// Loaded before every suite: an unhandled rejection anywhere is a failure of the run.
process.on("unhandledRejection", (reason) => {
  console.error("Unhandled rejection:", reason);
  process.exitCode = 1;
  throw reason;
});

// A server that a test starts without a data folder must not write into the one of whoever runs the tests: a migration
// that is being worked on would lock the installed product out of its ledger.
const data = mkdtempSync(path.join(tmpdir(), "lfc-data-"));
process.env["LFC_DATA"] = data;
process.on("exit", () => {
  rmSync(data, { recursive: true, force: true });
});
