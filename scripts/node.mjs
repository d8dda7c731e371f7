// Runs a command with a Node that is new enough. Every npm script starts here, so that `npm test` works under Node 20 too.
//   node scripts/node.mjs FILE ARGS…             a script (options for Node itself may stand before it)
//   node scripts/node.mjs --bin NAME ARGS…       a command of a package in node_modules, or PACKAGE:NAME
// Must parse and run on Node 18.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { existsSync, openSync, readFileSync, readSync, closeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MIN_NODE, ensureNode, isNodeNewEnough, withPath } from "./lib/cache.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  const args = process.argv.slice(2);
  if (args.length === 0) throw new Error("usage: node scripts/node.mjs FILE ARGS… or --bin NAME ARGS…");
  const node = await chooseNode();
  const bin = args[0] === "--bin" ? findBin(args[1]) : undefined;
  const rest = bin ? args.slice(2) : args;
  if (bin && !isScript(bin)) start(bin, rest, node);
  else start(node, bin ? [bin, ...rest] : rest, node);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @returns {Promise<string>} */
async function chooseNode() {
  if (isNodeNewEnough(process.versions.node)) return process.execPath;
  const advice = `Node ${process.versions.node} is too old here: install Node 24 (at least ${MIN_NODE}) and run this again.`;
  let installed;
  try {
    installed = await ensureNode();
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${advice}`, { cause: error });
  }
  if (!installed) throw new Error(`${advice} npm has no Node 24 for ${process.platform}-${process.arch}.`);
  return installed.path;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} node goes first in the child's PATH, so that npm, npx and node below it are this one
 */
function start(command, args, node) {
  const child = spawn(command, args, { stdio: "inherit", env: withPath(process.env, dirname(node)) });
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well; twice would make many programs give up their own clean-up.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`${command}: ${error.message}`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (!signal) {
      process.exitCode = code ?? 1;
      return;
    }
    for (const name of signals) process.removeAllListeners(name);
    process.exitCode = 128 + constants.signals[signal];
    if (process.platform !== "win32") process.kill(process.pid, signal);
  });
}

/**
 * @param {string | undefined} wanted a package of that name, a command of a package we depend on, or PACKAGE:NAME
 * @returns {string}
 */
function findBin(wanted) {
  if (!wanted) throw new Error("--bin needs a name");
  const [packageName = "", binName] = wanted.split(":");
  if (binName) {
    const path = binOf(packageName, binName);
    if (path) return path;
  } else {
    const { dependencies, devDependencies } = readObject(join(root, "package.json"));
    const names = [...Object.keys(toObject(dependencies)), ...Object.keys(toObject(devDependencies))];
    for (const name of [wanted, ...names]) {
      const path = binOf(name, wanted.split("/").at(-1) ?? wanted);
      if (path) return path;
    }
  }
  throw new Error(`${wanted} is not in node_modules: run \`npm ci\` first.`);
}

/**
 * @param {string} packageName
 * @param {string} binName
 * @returns {string | undefined}
 */
function binOf(packageName, binName) {
  const folder = join(root, "node_modules", packageName);
  if (!existsSync(join(folder, "package.json"))) return undefined;
  const { bin } = readObject(join(folder, "package.json"));
  const commands = typeof bin === "string" ? { [packageName.split("/").at(-1) ?? packageName]: bin } : toObject(bin);
  const path = commands[binName];
  return typeof path === "string" ? join(folder, path) : undefined;
}

/** @param {string} file */
function readObject(file) {
  return toObject(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>} empty for what is no object
 */
function toObject(value) {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** Some packages put a native program where their script was. @param {string} path */
function isScript(path) {
  if (/\.[cm]?js$/.test(path)) return true;
  const start = Buffer.alloc(64);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
  return /^#!.*\bnode\b/.test(start.toString("latin1"));
}
