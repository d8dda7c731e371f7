#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Parses on old Node versions. In a clone the launcher finds one that is new enough; a package from npm has no launcher.
const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const launcher = file("../scripts/node.mjs");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 19)) {
  await import(new URL("../dist/server/main.mjs", import.meta.url).href);
} else if (existsSync(launcher)) {
  const args = [launcher, file("../dist/server/main.mjs"), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
} else {
  console.error(
    `langflow-connect needs Node 22.19 or newer, and this is Node ${process.versions.node}. Install Node 24.`,
  );
  process.exitCode = 1;
}
