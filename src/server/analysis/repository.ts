import { execFile } from "node:child_process";
import { lstat, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { throwIfCancelled } from "../platform/errors.ts";
import { languageOf } from "./languages.ts";
import type { RepositoryAnswer, RepositoryQuery } from "./messages.ts";

const sniffBytes = 8000;

/** Files and lines by language: a file is text when its first 8,000 bytes have no NUL; lines are its newlines. */
export async function analyzeRepository(query: RepositoryQuery, signal: AbortSignal): Promise<RepositoryAnswer> {
  const languages = new Map<string, { files: number; lines: number }>();
  let files = 0;
  let lines = 0;
  for (const folder of query.folders) {
    for (const file of await listFiles(folder)) {
      throwIfCancelled(signal);
      const absolute = path.join(folder, file);
      const stats = await lstat(absolute).catch(() => undefined);
      if (!stats?.isFile()) continue;
      files++;
      const bytes = await readFile(absolute);
      if (bytes.subarray(0, sniffBytes).includes(0)) continue;
      const count = newlines(bytes);
      lines += count;
      const language = languageOf(file);
      const sum = languages.get(language) ?? { files: 0, lines: 0 };
      languages.set(language, { files: sum.files + 1, lines: sum.lines + count });
    }
  }
  return {
    files,
    lines,
    languages: [...languages]
      .map(([language, sum]) => ({ language, ...sum }))
      .sort((a, b) => b.lines - a.lines || a.language.localeCompare(b.language)),
    complete: true,
  };
}

async function listFiles(folder: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: folder,
    maxBuffer: 256 * 1024 * 1024,
  });
  return [...new Set(stdout.split("\0").filter((file) => file !== ""))];
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
