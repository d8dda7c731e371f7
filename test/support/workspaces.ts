import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

export interface ScratchWorkspace {
  readonly folder: string;
  remove(): Promise<void>;
}

/** A folder with these files (path → text or bytes), committed to git unless `git: false`. */
export async function scratchWorkspace(
  files: Readonly<Record<string, string | Uint8Array>>,
  { git = true, name = "app" }: { git?: boolean; name?: string } = {},
): Promise<ScratchWorkspace> {
  const parent = await realpath(await mkdtemp(path.join(tmpdir(), "lfc-ws-")));
  const folder = path.join(parent, name);
  await mkdir(folder);
  for (const [file, content] of Object.entries(files)) {
    const absolute = path.join(folder, file);
    await mkdir(path.dirname(absolute), { recursive: true });
    await writeFile(absolute, content);
  }
  if (git) commitAll(folder);
  return { folder, remove: () => rm(parent, { recursive: true, force: true }) };
}

export function commitAll(folder: string): void {
  const run = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
  run("init", "-q", "-b", "main");
  run("add", "-A");
  run("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "start");
}

/** A named pipe that nobody writes to: whoever opens it for reading waits. */
export function makePipe(file: string): void {
  execFileSync("sh", ["-c", 'mkfifo "$1"', "sh", file]);
}
