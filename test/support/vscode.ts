// The real VS Code: its server and extension host from npm, its window in a headless Chromium that Playwright drives.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { realParts } from "../../scripts/lib/realParts.ts";
import { freePort } from "./freePort.ts";
import { startService, waitForUrl } from "./processes.ts";
import type { Service } from "./processes.ts";

export type Theme = "dark" | "light" | "highContrast" | "highContrastLight";

export interface VsCodeOptions {
  /** One folder, several (they get a workspace file of their own) or a `.code-workspace` file; none for an empty window. */
  readonly workspace?: string | readonly string[];
  /** Packaged extensions to install first. */
  readonly vsix?: string | readonly string[];
  /** Loaded from its folder, as under F5. It runs in an untrusted workspace whatever its manifest says: test trust with `vsix`. */
  readonly extensionDevelopmentPath?: string;
  /** Module with the `run()` export that is run in the extension host; see `runSuite`. */
  readonly extensionTestsPath?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: Theme;
  /** Ask for trust as a fresh VS Code does. Every workspace is trusted otherwise. */
  readonly workspaceTrust?: boolean;
  /** For the server and so for the extension host. */
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: { readonly width: number; readonly height: number };
}

export interface VsCode {
  readonly page: Page;
  readonly url: string;
  /** Log of the server; the extension host's own logs are below `dataDir`. */
  readonly logFile: string;
  readonly dataDir: string;
  /** Runs a command by its title, as a person does: F1, type, enter. */
  runCommand(title: string): Promise<void>;
  /** What the status bar shows, entries separated by " | ". */
  statusBarText(): Promise<string>;
  /** Texts of the notifications that are up. */
  notifications(): Promise<string[]>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface SuiteOptions extends Omit<VsCodeOptions, "extensionDevelopmentPath" | "extensionTestsPath"> {
  readonly extensionPath: string;
  readonly testsPath: string;
  readonly timeoutMs?: number;
}

export interface SuiteResult {
  /** 0 when `run()` resolved. */
  readonly code: number;
  /**
   * What the suite wrote to the file named by the environment variable `LFC_SUITE_OUTPUT`. Its console does not reach the page,
   * so a `run()` that writes nothing there fails without a word.
   */
  readonly output: string;
  /** What the workbench itself logged through the test driver. */
  readonly log: readonly string[];
}

const START_TIMEOUT_MS = 60_000;
const WINDOW_TIMEOUT_MS = 60_000;
/** As long as a soak. */
const LIFE_SECONDS = 5_400;
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const THEMES: Readonly<Record<Theme, string>> = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  highContrast: "Default High Contrast",
  highContrastLight: "Default High Contrast Light",
};

export async function startVsCode(options: VsCodeOptions = {}): Promise<VsCode> {
  const executable = process.env["LFC_DESKTOP_VSCODE"];
  if (executable !== undefined) return startDesktop(executable, options);
  return openWindow(options, () => Promise.resolve());
}

async function startDesktop(executable: string, options: VsCodeOptions): Promise<VsCode> {
  const { openDesktop } = await import("./desktop.ts");
  const { workspace } = options;
  const { page, userDir, close } = await openDesktop({
    executable,
    workspace: typeof workspace === "string" ? workspace : undefined,
    vsix: listOf(options.vsix),
    env: { ...editorEnv(), ...options.env },
    writeSettings: (folder) => {
      writeSettings(folder, options);
    },
  });
  return { ...windowHelpers(page), page, url: "", logFile: join(userDir, "logs"), dataDir: userDir, close };
}

/** Runs a test suite inside the extension host of a fresh window, and closes it. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { extensionPath, testsPath, timeoutMs = 300_000, ...window } = options;
  const outputDir = mkdtempSync(join(tmpdir(), "lfc-suite-"));
  const outputFile = join(outputDir, "output.txt");
  const output = (): string => (existsSync(outputFile) ? readFileSync(outputFile, "utf8") : "");
  const log: string[] = [];
  let exit: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    exit = resolve;
  });
  let vscode: VsCode | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const started = openWindow(
      {
        ...window,
        env: { ...window.env, LFC_SUITE_OUTPUT: outputFile },
        extensionDevelopmentPath: extensionPath,
        extensionTestsPath: testsPath,
      },
      async (page) => {
        await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) =>
          log.push(`${type}: ${args.map(String).join(" ")}`),
        );
        await page.exposeFunction("codeAutomationExit", (code: number) => exit(code));
      },
    );
    vscode = await started;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new Error(
            `the suite ${testsPath} did not end within ${timeoutMs / 1000} s\n${output()}\n${log.slice(-20).join("\n")}`,
          ),
        );
      }, timeoutMs);
    });
    const code = await Promise.race([exited, late]);
    return { code, output: output(), log };
  } finally {
    clearTimeout(timer);
    await vscode?.close();
    rmSync(outputDir, { recursive: true, force: true });
  }
}

/** Installs a packaged extension into that extensions folder by VS Code's own command line. */
export async function installVsix(file: string, extensionsDir: string): Promise<void> {
  const part = presentPart();
  const args = [
    "--accept-server-license-terms",
    "--extensions-dir",
    extensionsDir,
    "--server-data-dir",
    join(extensionsDir, "..", "install"),
    "--install-extension",
    file,
  ];
  const { stdout } = await promisify(execFile)(part.node, [part.server, ...args], { timeout: 120_000 });
  if (!stdout.includes("was successfully installed"))
    throw new Error(`${basename(file)} was not installed:\n${stdout}`);
}

async function openWindow(options: VsCodeOptions, prepare: (page: Page) => Promise<void>): Promise<VsCode> {
  const part = presentPart();
  const scratch = mkdtempSync(join(tmpdir(), "lfc-vscode-"));
  const dataDir = join(scratch, "data");
  const extensionsDir = join(scratch, "extensions");
  let service: Service | undefined;
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await service?.stop(5_000);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    writeSettings(join(scratch, "user"), options);
    mkdirSync(extensionsDir, { recursive: true });
    for (const file of listOf(options.vsix)) await installVsix(file, extensionsDir);
    const port = await freePort();
    service = startService({
      command: part.node,
      args: [part.server, ...serverArgs(port, scratch, options)],
      cwd: scratch,
      logFile: join(scratch, "server.log"),
      maxSeconds: LIFE_SECONDS,
      env: { ...editorEnv(), ...options.env },
    });
    await waitForUrl({
      url: `http://127.0.0.1:${port}/version`,
      service,
      name: "VS Code",
      timeoutMs: START_TIMEOUT_MS,
    });
    browser = await chromium.launch({ executablePath: part.chromium, args: CHROMIUM_ARGS });
    const page = await browser.newPage({ viewport: options.size ?? { width: 1280, height: 800 } });
    await prepare(page);
    const url = windowUrl(port, scratch, options);
    await page.goto(url, { timeout: WINDOW_TIMEOUT_MS });
    await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: WINDOW_TIMEOUT_MS });
    return { ...windowHelpers(page), page, url, logFile: service.logFile, dataDir, close };
  } catch (error) {
    const last = service && existsSync(service.logFile) ? `\n${service.logTail()}` : "";
    await close();
    throw new Error(`VS Code did not open: ${error instanceof Error ? error.message : String(error)}${last}`, {
      cause: error,
    });
  }
}

function windowHelpers(page: Page): Pick<VsCode, "runCommand" | "statusBarText" | "notifications" | "screenshot"> {
  const list = page.locator(".quick-input-widget .quick-input-list .monaco-list-row");
  return {
    async runCommand(title) {
      const input = page.locator(".quick-input-widget input[type=text]");
      for (let attempt = 0; ; attempt++) {
        await page.keyboard.press("F1");
        try {
          await input.fill(`>${title}`, { timeout: 5_000 });
          break;
        } catch (error) {
          // A list that was just closing took the key with it.
          if (attempt === 2) throw error;
        }
      }
      // The list keeps its old rows for a moment; enter would run one of those.
      const row = list.filter({ hasText: title }).first();
      await row.waitFor({ state: "visible" });
      await row.click();
    },
    async statusBarText() {
      const items = await page.locator(".part.statusbar .statusbar-item").all();
      const texts = await Promise.all(items.map((item) => item.innerText()));
      return texts
        .map((text) => text.replace(/\s+/g, " ").trim())
        .filter(Boolean)
        .join(" | ");
    },
    async notifications() {
      const texts = await page.locator(".notification-list-item-message").allInnerTexts();
      return texts.map((text) => text.trim());
    },
    async screenshot(file) {
      mkdirSync(dirname(file), { recursive: true });
      await page.screenshot({ path: file });
    },
  };
}

function serverArgs(port: number, scratch: string, options: VsCodeOptions): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(port), "--without-connection-token", "--accept-server-license-terms"],
    ...["--server-data-dir", join(scratch, "data"), "--user-data-dir", join(scratch, "user")],
    ...["--extensions-dir", join(scratch, "extensions"), "--telemetry-level", "off"],
    // Suites need it; a window that a test looks at must not have it, since it hides notifications.
    ...(options.extensionTestsPath === undefined ? [] : ["--enable-smoke-test-driver"]),
  ];
}

function windowUrl(port: number, scratch: string, options: VsCodeOptions): string {
  const url = new URL(`http://127.0.0.1:${port}/`);
  const workspace = workspaceFile(scratch, options.workspace);
  if (workspace) url.searchParams.set(workspace.endsWith(".code-workspace") ? "workspace" : "folder", workspace);
  else url.searchParams.set("ew", "true");
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload: [string, string][] = [];
  if (options.extensionDevelopmentPath !== undefined)
    payload.push(["extensionDevelopmentPath", remote(options.extensionDevelopmentPath)]);
  if (options.extensionTestsPath !== undefined)
    payload.push(["extensionTestsPath", remote(options.extensionTestsPath)]);
  if (payload.length > 0) url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}

function workspaceFile(scratch: string, workspace: VsCodeOptions["workspace"]): string | undefined {
  if (workspace === undefined || typeof workspace === "string") return workspace;
  const file = join(scratch, "test.code-workspace");
  writeFileSync(file, JSON.stringify({ folders: workspace.map((path) => ({ path })) }));
  return file;
}

function writeSettings(userDir: string, options: VsCodeOptions): void {
  const settings = {
    "security.workspace.trust.enabled": options.workspaceTrust === true,
    "workbench.startupEditor": "none",
    "workbench.colorTheme": THEMES[options.theme ?? "dark"],
    "window.autoDetectColorScheme": false,
    "window.autoDetectHighContrast": false,
    // The browser build saves dirty files after a second otherwise.
    "files.autoSave": "off",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "extensions.autoUpdate": false,
    "extensions.ignoreRecommendations": true,
    "update.mode": "none",
    "git.openRepositoryInParentFolders": "never",
    ...options.settings,
  };
  mkdirSync(join(userDir, "User"), { recursive: true });
  writeFileSync(join(userDir, "User", "settings.json"), JSON.stringify(settings, undefined, 2));
}

function presentPart(): { node: string; server: string; chromium: string } {
  const { present, install, node, server, chromium: browser } = realParts().vscode;
  if (!present || browser === undefined) throw new Error(`VS Code is not installed for tests: run \`${install}\``);
  return { node, server, chromium: browser };
}

/** Started from a terminal inside VS Code or from npm, the variables of those would steer the one under test. */
function editorEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|LFC_|npm_)/.test(name)),
  );
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
