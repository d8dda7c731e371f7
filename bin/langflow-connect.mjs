#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// The launcher parses on old Node versions and finds one that is new enough.
const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import(new URL("../dist/server/main.mjs", import.meta.url).href);
} else {
  const run = spawnSync(
    process.execPath,
    [file("../scripts/node.mjs"), file("../dist/server/main.mjs"), ...process.argv.slice(2)],
    {
      stdio: "inherit",
    },
  );
  process.exitCode = run.status ?? 1;
}
