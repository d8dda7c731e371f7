import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A repository for tests, made by the git program. */
export interface PlantedRepository {
  readonly folder: string;
  git(...args: readonly string[]): string;
  /** Writes files and commits everything. */
  commit(files: Readonly<Record<string, string>>, message: string): string;
}

const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"];

export function plantRepository(folder: string, args: readonly string[] = []): PlantedRepository {
  execFileSync("git", ["init", "-q", "-b", "main", ...args, folder]);
  const git = (...asked: readonly string[]) =>
    execFileSync("git", [...identity, ...asked], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 28 }).trim();
  return {
    folder,
    git,
    commit(files, message) {
      for (const [file, text] of Object.entries(files)) {
        const absolute = path.join(folder, file);
        mkdirSync(path.dirname(absolute), { recursive: true });
        writeFileSync(absolute, text);
      }
      git("add", "-A");
      git("commit", "-q", "--allow-empty", "-m", message);
      return git("rev-parse", "HEAD");
    },
  };
}

/** A repository as a server of parts: GitHub and GitLab can do the same. */
export function servesParts({ git }: PlantedRepository): void {
  git("config", "uploadpack.allowFilter", "true");
  git("config", "uploadpack.allowAnySHA1InWant", "true");
}

/** Makes commits by `git fast-import`, which takes a second for what commands would need an hour for. */
export function fastImport({ folder }: PlantedRepository, stream: string): void {
  const { status, stderr } = spawnSync("git", ["fast-import", "--quiet", "--force"], { cwd: folder, input: stream });
  if (status !== 0) throw new Error(`git fast-import: ${stderr.toString()}`);
}

/** The part of a stream that makes one commit of these files on main. */
export function importedCommit(
  message: string,
  files: Iterable<readonly [string, string]>,
  seconds = 1_700_000_000,
): string {
  const parts = [`commit refs/heads/main\ncommitter t <t@example.com> ${String(seconds)} +0000\n${data(message)}`];
  for (const [name, text] of files) parts.push(`M 644 inline ${name}\n${data(text)}`);
  return `${parts.join("")}\n`;
}

function data(text: string): string {
  return `data ${String(Buffer.byteLength(text))}\n${text}\n`;
}
