// A real VS Code window with the packaged extension, and three ways in: the page, the extension host, an MCP client.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Frame, Page } from "playwright-core";
import type * as vscodeApi from "vscode";
import { connect } from "./clients.ts";
import type { TestClient } from "./clients.ts";
import { startVsCode } from "./vscode.ts";
import type { VsCode, VsCodeOptions } from "./vscode.ts";

export type VsCodeApi = typeof vscodeApi;
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Endpoint {
  readonly url: string;
  readonly pid: number;
  readonly token: string;
  readonly owner: boolean;
}

export interface Editor extends VsCode {
  /** Data folder of the server. */
  readonly data: string;
  /** Runs the function in the extension host; it sees only its arguments. */
  inHost<T>(run: (vscode: VsCodeApi) => T | Promise<T>): Promise<Awaited<T>>;
  inHost<T, Arg extends Json>(run: (vscode: VsCodeApi, arg: Arg) => T | Promise<T>, arg: Arg): Promise<Awaited<T>>;
  /** The endpoint of this window's server, once it serves. */
  endpoint(): Promise<Endpoint>;
  mcp(): Promise<TestClient>;
}

export interface EditorOptions extends Omit<VsCodeOptions, "vsix" | "extensionDevelopmentPath" | "env"> {
  /** Shared by windows of one user; a scratch folder that goes with the window otherwise. */
  readonly data?: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
let packaged: { readonly product: string; readonly driver: string } | undefined;

/** The extension as it ships and the tests' driver beside it, packed once per run. */
function packages() {
  if (packaged !== undefined) return packaged;
  const folder = mkdtempSync(path.join(tmpdir(), "lfc-package-"));
  process.once("exit", () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const product = path.join(folder, "product.vsix");
  const driver = path.join(folder, "driver.vsix");
  const run = (cwd: string, ...args: string[]) => execFileSync(process.execPath, args, { cwd, stdio: "pipe" });
  run(root, "scripts/package.ts", "--built", "--out", product);
  const vsce = ["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", driver];
  run(path.join(root, "test/support/editorDriver"), path.join(root, "scripts/node.mjs"), "--bin", "vsce", ...vsce);
  return (packaged = { product, driver });
}

/** The extension as it ships. */
export function packagedVsix(): string {
  return packages().product;
}

export async function openEditor(options: EditorOptions): Promise<Editor> {
  const scratch = mkdtempSync(path.join(tmpdir(), "lfc-editor-"));
  const data = options.data ?? path.join(scratch, "data");
  const driverFile = path.join(scratch, "driver");
  const clients: TestClient[] = [];
  const vscode = await startVsCode({
    ...options,
    vsix: Object.values(packages()),
    env: { LFC_DATA: data, EDITOR_DRIVER_FILE: driverFile },
  });
  const inHost: Editor["inHost"] = async (run: (...args: never[]) => unknown, arg: Json = null) => {
    const driver = `http://127.0.0.1:${readFileSync(driverFile, "utf8")}/`;
    const response = await fetch(driver, { method: "POST", body: JSON.stringify({ source: run.toString(), arg }) });
    const answer = (await response.json()) as { value: never; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  };
  try {
    await until("the driver listens", () => existsSync(driverFile) && readFileSync(driverFile, "utf8") !== "");
    // Seen in one window of ten on a workspace file: it stays without its folders. A person would reload it.
    const ready = () => until("the window has its folders", () => inHost(hasFolders).catch(() => false));
    if (options.workspace !== undefined)
      await ready().catch(async () => {
        await vscode.page.reload();
        await ready();
      });
  } catch (error) {
    await vscode.close();
    throw error;
  }
  const hostPid = await inHost(() => process.pid);
  const endpoint = () =>
    until("the endpoint is reported", () => endpointsIn(data).find(({ pid }) => parentOf(pid) === hostPid));
  return {
    ...vscode,
    data,
    inHost,
    endpoint,
    async mcp() {
      const client = await connect("2025-11-25 http", await endpoint(), []);
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.close().catch(() => undefined)));
      await vscode.close();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const hasFolders = ({ workspace }: VsCodeApi) => (workspace.workspaceFolders?.length ?? 0) > 0;

/** A server that ends removes its file between two looks. */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** What the running servers of a data folder tell about themselves. */
export function endpointsIn(data: string): readonly Endpoint[] {
  const folder = path.join(data, "endpoints");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const text = readIfThere(path.join(folder, name));
      if (text === undefined) return [];
      const entry = JSON.parse(text) as Endpoint & { tokenFile: string };
      return [{ ...entry, token: readFileSync(entry.tokenFile, "utf8").trim() }];
    })
    .filter(({ pid }) => parentOf(pid) !== undefined);
}

/** Process id of the parent; undefined when the process is gone. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}

/** Polls until there is something, and says what was waited for when there never is. */
export async function until<T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(50)) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
  }
  return assert.fail(`not within ${String(timeoutMs / 1000)} s: ${what}`);
}

/** The frame of a web view that shows such an element. */
export function frameWith(page: Page, selector: string, timeoutMs = 20_000): Promise<Frame> {
  return until(
    `a web view with ${selector}`,
    async () => {
      const inner = page.frames().filter((frame) => frame !== page.mainFrame());
      const counts = await Promise.all(
        inner.map((frame) =>
          frame
            .locator(selector)
            .count()
            .catch(() => 0),
        ),
      );
      const visible = await Promise.all(
        inner.map(
          async (frame, index) =>
            (counts[index] ?? 0) > 0 &&
            frame
              .locator(selector)
              .first()
              .isVisible()
              .catch(() => false),
        ),
      );
      return inner[visible.findIndex(Boolean)];
    },
    timeoutMs,
  );
}
