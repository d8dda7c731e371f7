import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";

/** A lock that is ours: only its owner does what the file beside it stands for. */
export interface FileLock {
  /** False once another process took the lock over, which it may when this one stood still for a minute. */
  kept(): boolean;
  release(): void;
}

const heartbeatMs = 5000;
/** A living process that gave no sign for this long is a stopped one, or another that got its id. */
const staleMs = 60_000;

/** Takes `<file>.lock`, or answers undefined when a living process has it. */
export function takeLock(file: string): FileLock | undefined {
  const path = `${file}.lock`;
  for (let attempt = 0; attempt < 3; attempt++) {
    const lock = create(path);
    if (lock) return lock;
    const seen = read(path);
    if (seen === undefined) continue;
    if (!isStale(seen)) return undefined;
    steal(path, seen.text);
  }
  return undefined;
}

function create(path: string): FileLock | undefined {
  const text = `${String(process.pid)} ${randomBytes(8).toString("hex")}\n`;
  let handle: number;
  try {
    handle = openSync(path, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
    throw error;
  }
  let inode: number;
  try {
    writeSync(handle, text);
    inode = fstatSync(handle).ino;
  } finally {
    closeSync(handle);
  }
  const kept = () => {
    try {
      return statSync(path).ino === inode && readFileSync(path, "utf8") === text;
    } catch {
      return false;
    }
  };
  const heartbeat = setInterval(() => {
    try {
      if (kept()) utimesSync(path, new Date(), new Date());
    } catch {
      // Gone in between: the next commit finds out.
    }
  }, heartbeatMs);
  heartbeat.unref();
  return {
    kept,
    release() {
      clearInterval(heartbeat);
      if (kept()) rmSync(path, { force: true });
    },
  };
}

interface SeenLock {
  readonly text: string;
  readonly ageMs: number;
}

function read(path: string): SeenLock | undefined {
  try {
    return { text: readFileSync(path, "utf8"), ageMs: Date.now() - statSync(path).mtimeMs };
  } catch {
    return undefined;
  }
}

function isStale({ text, ageMs }: SeenLock): boolean {
  const pid = Number(/^\d+/.exec(text)?.[0]);
  // Killed between creating and writing the file, or about to write it.
  if (!Number.isSafeInteger(pid) || pid <= 0) return ageMs > 2000;
  return ageMs > staleMs || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Renaming first makes sure that of two thieves one gets the old file, and that a fresh lock is given back. */
function steal(path: string, seen: string): void {
  const aside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  try {
    if (readFileSync(aside, "utf8") === seen) rmSync(aside, { force: true });
    else renameSync(aside, path);
  } catch {
    rmSync(aside, { force: true });
  }
}
