import type { z } from "zod";
import { readKept, writePrivate } from "./dataFolder.ts";
import type { ToolError } from "./errors.ts";
import { systemCode } from "./errors.ts";
import type { Mutex } from "./mutex.ts";

/** A JSON file of the data folder that all processes of this user read and change. */
export interface SharedFile<T> {
  /** As the file is now: undefined where there is none, and an error where it is damaged. */
  read(): Promise<T | undefined>;
  /** One after the other, so that of two processes that change it at once neither loses the other's change. */
  change(signal: AbortSignal, make: (before: T | undefined) => T): Promise<T>;
}

export interface SharedFileOptions<T> {
  readonly file: string;
  /** Of its mutex. */
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly mutex: Mutex;
  damaged(problem: string): ToolError;
}

export function createSharedFile<T>({ file, name, schema, mutex, damaged }: SharedFileOptions<T>): SharedFile<T> {
  async function read(): Promise<T | undefined> {
    let problem: string;
    try {
      const text = await readKept(file);
      if (text === undefined) return undefined;
      const parsed = schema.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
      problem = parsed.error.issues.map(({ path, message }) => [path.join("."), message].join(" ").trim()).join("; ");
    } catch (error) {
      problem = error instanceof SyntaxError ? "it is not JSON" : `it cannot be read (${systemCode(error)})`;
    }
    throw damaged(problem);
  }

  return {
    read,
    async change(signal, make) {
      const acquired = await mutex.acquire([name], { signal });
      try {
        const content = make(await read());
        await writePrivate(file, `${JSON.stringify(content, null, 2)}\n`);
        return content;
      } finally {
        acquired.release();
      }
    },
  };
}
