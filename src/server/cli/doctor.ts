import { execFile } from "node:child_process";
import { access, constants, mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import { createLangflowHttp } from "../langflow/client/http.ts";
import { readVersion } from "../langflow/client/version.ts";
import { versionWarnings } from "../langflow/knownVulnerabilities.ts";
import type { HeadlessSettings } from "../../protocol/settings.ts";
import { certificatesOf } from "../app/network.ts";
import type { Network } from "../platform/network.ts";
import { ToolError } from "../platform/errors.ts";
import { loadNodeSqlite } from "../storage/nodeEngine.ts";
import { version } from "../platform/version.ts";
import { UsageError, expectPositionals, parseOptions, print, shared } from "./options.ts";
import { findRunning } from "./running.ts";
import { readProxies, readSettings, settingFlags } from "./settings.ts";

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do, when there is something to do. */
  readonly remedy?: string;
}

const localLangflow = "http://127.0.0.1:7860";

/** What works on this machine, what does not, and what to do. Code 1 when something that serving needs is missing. */
export async function doctor(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    ...settingFlags("connecting"),
    ...shared,
    url: { type: "string", default: localLangflow },
  });
  expectPositionals(positionals, 0);
  const settings = settingsCheck(values);
  const { data, "storage.engine": engine } = settings.read;
  const needed = [node(), ...settings.checks, await dataFolderCheck(data), await ledgerEngine(engine)];
  const optional = [
    await git(),
    await server(values.workspace, data),
    await langflow(values.url, { ...certificatesOf(settings.read), ...readProxies() }),
  ];
  const checks = [...needed, ...optional];
  if (values.json) print(JSON.stringify({ version, checks }));
  else for (const check of checks) print(describe(check));
  return needed.every((check) => check.ok) ? 0 : 1;
}

function describe({ name, ok, found, remedy }: Check): string {
  return `${ok ? "ok " : "!! "} ${name}: ${found}${remedy === undefined ? "" : ` ${remedy}`}`;
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 22 || (major === 22 && minor >= 19);
  return { name: "Node", ok, found: `${process.version}.`, ...(!ok && { remedy: "Install Node 22.19 or newer." }) };
}

async function dataFolderCheck(folder: string): Promise<Check> {
  const name = "Data folder";
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK);
    return { name, ok: true, found: `${folder}.` };
  } catch {
    return {
      name,
      ok: false,
      found: `${folder} can't be written.`,
      remedy: "Set LFC_DATA to a folder that you can write to.",
    };
  }
}

async function ledgerEngine(choice: HeadlessSettings["storage.engine"]): Promise<Check> {
  const name = "Ledger";
  const sqlite = choice === "sqljs" ? undefined : await loadNodeSqlite();
  if (sqlite) return { name, ok: true, found: "SQLite of Node." };
  if (choice !== "node") return { name, ok: true, found: "sql.js, one file for each process." };
  return { name, ok: false, found: "this Node has no node:sqlite.", remedy: "Set LFC_STORAGE_ENGINE to auto." };
}

/** A wrong value is one line of the report, and the other checks go on without the environment. */
function settingsCheck(values: Readonly<Record<string, unknown>>) {
  try {
    return { read: readSettings(values), checks: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { read: readSettings(values, {}), checks: [{ name: "Settings", ok: false, found: error.message }] };
  }
}

async function git(): Promise<Check> {
  const name = "git";
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"]);
    return { name, ok: true, found: `${stdout.trim().replace("git version ", "")}.` };
  } catch {
    return { name, ok: false, found: "not found.", remedy: "Install it for ignore rules and hot spots." };
  }
}

async function server(folders: readonly string[], data: string): Promise<Check> {
  const running = await findRunning(folders, data);
  if (running) return { name: "Server of this folder", ok: true, found: `${running.url}, process ${running.pid}.` };
  return {
    name: "Server of this folder",
    ok: false,
    found: "not running.",
    remedy: "Start it: langflow-connect serve.",
  };
}

async function langflow(url: string, network: Network): Promise<Check> {
  const name = "Langflow";
  const http = createLangflowHttp({
    base: url.replace(/\/+$/, ""),
    network,
    credential: () => ({ kind: "none" }),
    timeoutMs: 5_000,
  });
  try {
    const found = await readVersion(http, AbortSignal.timeout(5_000));
    const [warning] = versionWarnings(found);
    return { name, ok: warning === undefined, found: `${found.text} at ${url}.`, ...(warning && { remedy: warning }) };
  } catch (error) {
    const failure = error instanceof ToolError ? error : undefined;
    return { name, ok: false, found: failure?.message ?? "no answer.", remedy: failure?.remedy ?? "" };
  } finally {
    await http.close();
  }
}
