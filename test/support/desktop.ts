// The desktop VS Code for `npm run test:electron`: the same page and the same tests, driven by Playwright over Electron.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveCliArgsFromVSCodeExecutablePath } from "@vscode/test-electron";
import { _electron } from "playwright-core";
import type { Page } from "playwright-core";

export interface DesktopOptions {
  /** Program of the downloaded VS Code. */
  readonly executable: string;
  readonly workspace: string | undefined;
  readonly vsix: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  writeSettings(userDir: string): void;
}

export interface DesktopWindow {
  readonly page: Page;
  readonly userDir: string;
  close(): Promise<void>;
}

export async function openDesktop({ executable, workspace, vsix, env, writeSettings }: DesktopOptions) {
  const scratch = mkdtempSync(join(tmpdir(), "lfc-desktop-"));
  const [userDir, extensionsDir] = [join(scratch, "user"), join(scratch, "extensions")];
  const folders = ["--user-data-dir", userDir, "--extensions-dir", extensionsDir];
  mkdirSync(extensionsDir, { recursive: true });
  writeSettings(userDir);
  const [cli = executable, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable);
  for (const file of vsix) {
    const { status, stderr } = spawnSync(cli, [...cliArgs, ...folders, "--install-extension", file], {
      encoding: "utf8",
      shell: process.platform === "win32",
    });
    if (status !== 0) throw new Error(`${file} was not installed: ${stderr}`);
  }
  const args = ["--no-sandbox", "--skip-welcome", "--skip-release-notes", "--disable-updates", "--disable-telemetry"];
  const app = await _electron.launch({
    executablePath: executable,
    args: [...args, ...folders, ...(workspace === undefined ? ["--new-window"] : [workspace])],
    env: Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  const page = await app.firstWindow();
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
  const window: DesktopWindow = {
    page,
    userDir,
    async close() {
      await app.close();
      rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return window;
}
