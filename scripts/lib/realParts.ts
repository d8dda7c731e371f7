// @ts-check
// What the tests' real counterparts are, where they lie in the cache and whether they are there. `npm run setup:real` puts them there.
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheDir, nodePackage } from "./cache.mjs";

/** @typedef {"1.13.0" | "0.7.3"} LangflowVersion newest and oldest supported; 0.7.3 is the base package of Langflow 1.7 */
/** @typedef {"0.1.16" | "0.2.0-alpha.12"} ConformanceVersion */
/** @typedef {"vscode" | "langflow" | "conformance"} PartName what `setup:real` takes as an argument */
/** @typedef {{ present: boolean, install: string }} Presence `install` is the command to tell a person who lacks it */
/** @typedef {Presence & { folder: string, command: string, python: string }} LangflowPart */
/** @typedef {Presence & { folder: string, script: string, node: string }} ConformancePart run as `node script …` */
/**
 * @typedef {{
 *   vscode: Presence & { folder: string, server: string, node: string, chromium: string | undefined },
 *   langflow: Presence & { versions: Record<LangflowVersion, LangflowPart> },
 *   conformance: Presence & { versions: Record<ConformanceVersion, ConformancePart> },
 * }} RealParts a part with versions is present when all of them are
 */

export const CODE_SERVER_VERSION = "4.139.1";
/** The oldest one imports `openai` without asking for it. @type {Record<LangflowVersion, readonly string[]>} */
export const LANGFLOW_REQUIREMENTS = {
  "1.13.0": ["langflow-base==1.13.0"],
  "0.7.3": ["langflow-base==0.7.3", "openai"],
};
/** @type {readonly LangflowVersion[]} */
export const LANGFLOW_VERSIONS = ["1.13.0", "0.7.3"];
/** @type {readonly ConformanceVersion[]} */
export const CONFORMANCE_VERSIONS = ["0.1.16", "0.2.0-alpha.12"];
/** Written last, so an interrupted install has none. */
export const STAMP = ".lfc-complete.json";

const windows = process.platform === "win32";

/** @returns {RealParts} */
export function realParts() {
  const codeServer = join(cacheDir(), `code-server-${CODE_SERVER_VERSION}`);
  const node = node24() ?? "";
  const chromium = findChromium();
  /** @type {Record<LangflowVersion, LangflowPart>} */
  const langflow = { "1.13.0": langflowPart("1.13.0"), "0.7.3": langflowPart("0.7.3") };
  /** @type {Record<ConformanceVersion, ConformancePart>} */
  const conformance = {
    "0.1.16": conformancePart("0.1.16", node),
    "0.2.0-alpha.12": conformancePart("0.2.0-alpha.12", node),
  };
  return {
    vscode: {
      ...presence("vscode", codeServer, [chromium, node]),
      server: join(codeServer, "node_modules", "code-server", "lib", "vscode", "out", "server-main.js"),
      node,
      chromium,
    },
    langflow: { ...allPresent("langflow", Object.values(langflow)), versions: langflow },
    conformance: { ...allPresent("conformance", Object.values(conformance)), versions: conformance },
  };
}

/**
 * @param {string} folder
 * @returns {{ spec: string, folder: string } | undefined} what was installed there, and under which path; undefined when it is not complete
 */
export function readStamp(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, STAMP), "utf8"));
  } catch {
    return undefined;
  }
}

/** @returns {string | undefined} a Chromium or Chrome that Playwright can drive; `LFC_CHROMIUM` names another */
export function findChromium() {
  if (process.env["LFC_CHROMIUM"]) return process.env["LFC_CHROMIUM"];
  const inPath = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map((name) =>
    findInPath(name),
  );
  const elsewhere = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    join(process.env["PROGRAMFILES"] ?? "C:\\Program Files", "Google", "Chrome", "Application", "chrome.exe"),
  ];
  return [...inPath, ...elsewhere].find((path) => path !== undefined && existsSync(path));
}

/**
 * @param {string} name
 * @returns {string | undefined} full path of a command
 */
export function findInPath(name) {
  const folders = (process.env["PATH"] ?? process.env["Path"] ?? "").split(delimiter).filter(Boolean);
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  return folders.flatMap((folder) => names.map((file) => join(folder, file))).find(isExecutable);
}

/** @returns {string | undefined} Node 24: code-server's native modules are built for just that one */
export function node24() {
  const packaged = nodePackage();
  if (packaged && existsSync(packaged.path)) return packaged.path;
  return process.versions.node.startsWith("24.") ? process.execPath : undefined;
}

/**
 * @param {LangflowVersion} version
 * @returns {string}
 */
export function langflowFolder(version) {
  return join(cacheDir(), `langflow-${version}`);
}

/**
 * @param {string} folder a Python environment
 * @param {string} name
 * @returns {string}
 */
export function venvCommand(folder, name) {
  return windows ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);
}

/** @param {LangflowVersion} version */
function langflowPart(version) {
  const folder = langflowFolder(version);
  const python = venvCommand(folder, "python");
  const command = venvCommand(folder, version === "0.7.3" ? "langflow-base" : "langflow");
  return { ...presence("langflow", folder, [python, command]), command, python };
}

/**
 * @param {ConformanceVersion} version
 * @param {string} node
 */
function conformancePart(version, node) {
  const folder = join(cacheDir(), `conformance-${version}`);
  const home = join(folder, "node_modules", "@modelcontextprotocol", "conformance");
  return { ...presence("conformance", folder, [node]), script: join(home, "dist", "index.js"), node };
}

/**
 * @param {PartName} name
 * @param {string} folder
 * @param {readonly (string | undefined)[]} needed files that must exist; an environment whose Python was removed keeps a dead link
 * @returns {Presence & { folder: string }}
 */
function presence(name, folder, needed) {
  // The path is in the stamp because an environment that was moved does not run.
  const complete = readStamp(folder)?.folder === folder;
  return {
    present: complete && needed.every((path) => path && existsSync(path)),
    folder,
    install: installCommand(name),
  };
}

/**
 * @param {PartName} name
 * @param {readonly Presence[]} versions
 * @returns {Presence}
 */
function allPresent(name, versions) {
  return { present: versions.every((version) => version.present), install: installCommand(name) };
}

/** @param {PartName} name */
function installCommand(name) {
  return `npm run setup:real -- ${name}`;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
