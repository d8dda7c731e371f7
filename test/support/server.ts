import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The bundled server: tests drive what ships, not the sources. */
export const serverMain = fileURLToPath(new URL("../../dist/server/main.mjs", import.meta.url));

export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly pid: number;
  readonly data: string;
  /** What it has logged so far. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly folders: readonly string[];
  /** Kept when given; else a scratch folder that goes with the server. */
  readonly data?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `serve --json` as its own process, as a person would. */
export async function startServer({ folders, data, args = [], env = {} }: ServeOptions): Promise<RunningServer> {
  const dataFolder = data ?? (await mkdtemp(path.join(tmpdir(), "lfc-data-")));
  const child = spawn(
    process.execPath,
    [
      serverMain,
      "serve",
      "--json",
      "--data",
      dataFolder,
      ...folders.flatMap((folder) => ["--workspace", folder]),
      ...args,
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } },
  );
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString("utf8")));
  const ended = once(child, "exit");
  const line = await Promise.race([
    once(createInterface(child.stdout), "line").then(([text]) => String(text)),
    ended.then(() => {
      throw new Error(`The server ended before it listened:\n${log}`);
    }),
  ]);
  const facts = JSON.parse(line) as { url: string; pid: number; tokenFile: string };
  return {
    ...facts,
    token: (await readFile(facts.tokenFile, "utf8")).trim(),
    data: dataFolder,
    log: () => log,
    kill: (signal) => child.kill(signal),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      if (data === undefined) await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
