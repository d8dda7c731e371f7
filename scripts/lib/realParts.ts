// What the tests' real counterparts are, where they lie in the cache and whether they are there. `npm run setup:real` puts them there.
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheDir, nodePackage } from "./cache.mjs";
import { hasSubject, subjectNames } from "./subjectFolders.ts";

/** Newest and oldest supported; 0.7.3 is the base package of Langflow 1.7 */
export type LangflowVersion = "1.13.0" | "0.7.3";
export type ConformanceVersion = "0.1.16" | "0.2.0-alpha.12";
/** What `setup:real` takes as an argument */
type PartName = "vscode" | "langflow" | "conformance" | "collector" | "documentation" | "runners" | "packages";
/** `install` is the command for a person who lacks it */
interface Presence {
  present: boolean;
  install: string;
}
type LangflowPart = Presence & { folder: string; command: string; python: string };
/** Run as `node script …` */
type ConformancePart = Presence & { folder: string; script: string; node: string };
/** A part with versions is present when all of them are */
export interface RealParts {
  vscode: Presence & { folder: string; server: string; node: string; chromium: string | undefined };
  langflow: Presence & {
    versions: Record<LangflowVersion, LangflowPart>;
    starters: Presence & { folder: string };
    openai: Presence & { folder: string };
  };
  conformance: Presence & { versions: Record<ConformanceVersion, ConformancePart> };
  /** The OpenTelemetry collector. */
  collector: Presence & { folder: string; command: string };
  /** TypeDoc, and Mermaid as a script for a page. */
  documentation: Presence & { folder: string; typedoc: string; mermaid: string };
  /** Test runners, in a node_modules that projects of the tests link to. */
  runners: Presence & { folder: string; modules: string };
  packages: Presence;
}

/** As go.mod in scripts/collector has it. */
export const COLLECTOR_VERSION = "0.165.0";
/** What generated documentation is judged by. */
export const DOCUMENTATION_PACKAGES = { typedoc: "0.28.20", typescript: "6.0.3", mermaid: "12.3.0" } as const;
/** What generated tests are run by. */
export const RUNNER_PACKAGES = {
  vitest: "5.1.2",
  jest: "30.5.2",
  "ts-jest": "29.4.15",
  typescript: "6.0.3",
  ava: "8.0.1",
} as const;
export const CODE_SERVER_VERSION = "4.139.1";
/** The oldest one imports `openai` without asking for it. */
export const LANGFLOW_REQUIREMENTS: Record<LangflowVersion, readonly string[]> = {
  "1.13.0": ["langflow-base==1.13.0"],
  "0.7.3": ["langflow-base==0.7.3", "openai"],
};
export const LANGFLOW_VERSIONS: readonly LangflowVersion[] = ["1.13.0", "0.7.3"];
/** What a flow of the newest one needs to call OpenAI's models, beside it: a bare Langflow has no model provider. */
export const LANGFLOW_OPENAI = "langchain-openai==1.7.4";
/** The newest `langflow-base` of each Langflow from 1.0 on that is not installed itself, for the flows that it ships. */
export const STARTER_PACKAGES: ReadonlyMap<string, string> = new Map([
  ["1.0", "0.0.99"],
  ["1.1", "0.1.4.post1"],
  ["1.2", "0.2.0"],
  ["1.3", "0.3.4"],
  ["1.4", "0.4.3"],
  ["1.5", "0.5.1"],
  ["1.6", "0.6.9"],
  ["1.8", "0.8.4"],
  ["1.9", "0.9.6"],
  ["1.10", "0.10.3"],
  ["1.11", "0.11.6"],
  ["1.12", "1.12.8"],
]);
export const CONFORMANCE_VERSIONS: readonly ConformanceVersion[] = ["0.1.16", "0.2.0-alpha.12"];
/** Written last, so an interrupted install has none. */
export const STAMP = ".lfc-complete.json";

const windows = process.platform === "win32";

export function realParts(): RealParts {
  const codeServer = join(cacheDir(), `code-server-${CODE_SERVER_VERSION}`);
  const node = node24() ?? "";
  const chromium = findChromium();
  const langflow: Record<LangflowVersion, LangflowPart> = {
    "1.13.0": langflowPart("1.13.0"),
    "0.7.3": langflowPart("0.7.3"),
  };
  // The number is raised when the recipe changes, so that an older copy is recreated.
  const starters = presence("langflow", join(cacheDir(), "langflow-starters-1"), []);
  const openai = presence("langflow", join(cacheDir(), LANGFLOW_OPENAI.replace("==", "-")), []);
  const conformance: Record<ConformanceVersion, ConformancePart> = {
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
    langflow: {
      ...allPresent("langflow", [...Object.values(langflow), starters, openai]),
      versions: langflow,
      starters,
      openai,
    },
    conformance: { ...allPresent("conformance", Object.values(conformance)), versions: conformance },
    collector: collectorPart(),
    documentation: documentationPart(),
    runners: runnersPart(),
    packages: { present: subjectNames.every(hasSubject), install: installCommand("packages") },
  };
}

function documentationPart(): RealParts["documentation"] {
  const folder = join(cacheDir(), `documentation-${DOCUMENTATION_PACKAGES.typedoc}-${DOCUMENTATION_PACKAGES.mermaid}`);
  const modules = join(folder, "node_modules");
  return {
    ...presence("documentation", folder, []),
    folder,
    typedoc: join(modules, "typedoc"),
    mermaid: join(modules, "mermaid", "dist", "mermaid.min.js"),
  };
}

function runnersPart(): RealParts["runners"] {
  const { vitest, jest, ava } = RUNNER_PACKAGES;
  const folder = join(cacheDir(), `runners-${vitest}-${jest}-${ava}`);
  return { ...presence("runners", folder, []), modules: join(folder, "node_modules") };
}

/** @returns what was installed there, and under which path; undefined when it is not complete */
export function readStamp(folder: string): { spec: string; folder: string } | undefined {
  try {
    const stamp: unknown = JSON.parse(readFileSync(join(folder, STAMP), "utf8"));
    return isStamp(stamp) ? stamp : undefined;
  } catch {
    return undefined;
  }
}

function isStamp(value: unknown): value is { spec: string; folder: string } {
  if (typeof value !== "object" || value === null || !("spec" in value) || !("folder" in value)) return false;
  return typeof value.spec === "string" && typeof value.folder === "string";
}

/** @returns a Chromium or Chrome that Playwright can drive; `LFC_CHROMIUM` names another */
export function findChromium(): string | undefined {
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

/** @returns full path of a command */
export function findInPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? process.env["Path"] ?? "").split(delimiter).filter(Boolean);
  const names = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
  return folders.flatMap((folder) => names.map((file) => join(folder, file))).find(isExecutable);
}

/** @returns Node 24: code-server's native modules are built for just that one */
export function node24(): string | undefined {
  const packaged = nodePackage();
  if (packaged && existsSync(packaged.path)) return packaged.path;
  return process.versions.node.startsWith("24.") ? process.execPath : undefined;
}

export function langflowFolder(version: LangflowVersion): string {
  return join(cacheDir(), `langflow-${version}`);
}

/** @param folder a Python environment */
export function venvCommand(folder: string, name: string): string {
  return windows ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);
}

function collectorPart() {
  const folder = join(cacheDir(), `otelcol-${COLLECTOR_VERSION}`);
  const command = join(folder, windows ? "otelcol.exe" : "otelcol");
  return { ...presence("collector", folder, [command]), folder, command };
}

function langflowPart(version: LangflowVersion) {
  const folder = langflowFolder(version);
  const python = venvCommand(folder, "python");
  const command = venvCommand(folder, version === "0.7.3" ? "langflow-base" : "langflow");
  return { ...presence("langflow", folder, [python, command]), command, python };
}

function conformancePart(version: ConformanceVersion, node: string) {
  const folder = join(cacheDir(), `conformance-${version}`);
  const home = join(folder, "node_modules", "@modelcontextprotocol", "conformance");
  return { ...presence("conformance", folder, [node]), script: join(home, "dist", "index.js"), node };
}

/** @param needed files that must exist; an environment whose Python was removed keeps a dead link */
function presence(
  name: PartName,
  folder: string,
  needed: readonly (string | undefined)[],
): Presence & { folder: string } {
  // The path is in the stamp because an environment that was moved does not run.
  const complete = readStamp(folder)?.folder === folder;
  return {
    present: complete && needed.every((path) => path && existsSync(path)),
    folder,
    install: installCommand(name),
  };
}

function allPresent(name: PartName, versions: readonly Presence[]): Presence {
  return { present: versions.every((version) => version.present), install: installCommand(name) };
}

function installCommand(name: PartName) {
  return `npm run setup:real -- ${name}`;
}

function isExecutable(path: string) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
