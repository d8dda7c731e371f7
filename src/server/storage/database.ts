/** What a column contains. Integers beyond 2^53 are not stored here. */
export type SqlValue = null | number | string | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;

export interface RunResult {
  readonly changes: number;
  readonly lastInsertRowid: number;
}

export interface Statement {
  run(...params: readonly SqlValue[]): RunResult;
  get(...params: readonly SqlValue[]): Row | undefined;
  all(...params: readonly SqlValue[]): readonly Row[];
}

/**
 * The storage port, shaped like node:sqlite so that either engine fits behind it. Synchronous: whoever has one runs in a
 * worker. When `run`, `exec` of a write or `transaction` return, the change survives a kill and a power cut.
 */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** All of the work or nothing; the work must not wait for anything. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export type StorageCode = "full" | "readOnly" | "busy" | "damaged" | "lockLost" | "constraint" | "refused" | "failed";

/** A failure of the store: its code, one sentence, and what the user can do. */
export class StorageError extends Error {
  readonly code: StorageCode;
  readonly remedy: string;

  constructor(code: StorageCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "StorageError";
    this.code = code;
    this.remedy = options.remedy ?? remedies[code];
  }
}

const remedies: Readonly<Record<StorageCode, string>> = {
  full: "Free space on the disk of the data folder.",
  readOnly: "Make the data folder writable, or name another one by LFC_DATA.",
  busy: "Another process has locked the file; it is tried again.",
  damaged: "Move the file away: a new one is made, and the old one stays readable for repair.",
  lockLost: "Another process took the file over; this one goes on in a file of its own.",
  constraint: "Report this: the data does not fit its own rules.",
  refused: "Report this: the statement cannot be replayed.",
  failed: "See the log for the cause.",
};

const systemCodes: Readonly<Record<string, StorageCode>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EFBIG: "full",
  EROFS: "readOnly",
  EACCES: "readOnly",
  EPERM: "readOnly",
  ENOTDIR: "readOnly",
  EEXIST: "readOnly",
};

const sentences: Partial<Record<StorageCode, string>> = {
  full: "The disk of the data folder is full.",
  readOnly: "The data folder cannot be written.",
};

/** A file system error as a StorageError; the path in its message is left out, the cause keeps it for the log. */
export function fileError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const system = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const code = systemCodes[system] ?? "failed";
  return new StorageError(code, sentences[code] ?? `The store cannot be written (${system || "unknown error"}).`, {
    cause: error,
  });
}
