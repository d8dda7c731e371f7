import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { until } from "./until.ts";
import { freePort } from "./freePort.ts";

export interface GitDaemon {
  /** HOST:PORT, for the list of allowed hosts. */
  readonly host: string;
  /** The folder of the repositories that it serves. */
  readonly folder: string;
  url(name: string): string;
  stop(): Promise<void>;
}

/** Git's own daemon on loopback, serving every repository below a new folder. */
export async function startGitDaemon(): Promise<GitDaemon> {
  const folder = mkdtempSync(path.join(tmpdir(), "lfc-daemon-"));
  const port = await freePort();
  // Not `git daemon`: ending that one would leave its child.
  const daemon = path.join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git-daemon");
  const args = ["--listen=127.0.0.1", `--port=${String(port)}`, "--export-all", "--reuseaddr", `--base-path=${folder}`];
  const child = spawn(daemon, [...args, folder], { stdio: "ignore" });
  await until(() => answers(port));
  return {
    host: `127.0.0.1:${String(port)}`,
    folder,
    url: (name) => `git://127.0.0.1:${String(port)}/${name}`,
    async stop() {
      if (child.exitCode === null) {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
