import { crc32 } from "node:zlib";
import { z } from "zod";
import type { SqlValue } from "../database.ts";

/** One statement of a commit. */
export type Entry = readonly [sql: string, params: readonly SqlValue[]];

const headerBytes = 8;

/** A length no record can have: a header that says so is garbage. */
const maxRecordBytes = 256 * 1024 * 1024;

const JsonValue = z.union([z.null(), z.number(), z.string(), z.object({ b: z.base64() })]);
const Record = z.array(z.tuple([z.string(), z.array(JsonValue)]));

/** One commit as a record: length, CRC-32, JSON. Bytes travel as base64. */
export function encodeRecord(entries: readonly Entry[]): Buffer {
  const json = entries.map(([sql, params]) => [sql, params.map(toJson)]);
  const body = Buffer.from(JSON.stringify(json), "utf8");
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([header, body]);
}

export interface DecodedJournal {
  readonly commits: readonly (readonly Entry[])[];
  /** Bytes up to the end of the last whole record; what follows is the torn end of an unfinished append. */
  readonly wholeBytes: number;
}

export function decodeJournal(bytes: Buffer): DecodedJournal {
  const commits: (readonly Entry[])[] = [];
  let at = 0;
  for (;;) {
    const body = bodyAt(bytes, at);
    const entries = body && decodeBody(body);
    if (!body || !entries) return { commits, wholeBytes: at };
    commits.push(entries);
    at += headerBytes + body.length;
  }
}

function bodyAt(bytes: Buffer, at: number): Buffer | undefined {
  if (bytes.length - at < headerBytes) return undefined;
  const length = bytes.readUInt32LE(at);
  const end = at + headerBytes + length;
  // A record is never empty: a run of zero bytes, which some file systems leave after a crash, is not one.
  if (length === 0 || length > maxRecordBytes || end > bytes.length) return undefined;
  const body = bytes.subarray(at + headerBytes, end);
  return crc32(body) === bytes.readUInt32LE(at + 4) ? body : undefined;
}

function decodeBody(body: Buffer): readonly Entry[] | undefined {
  try {
    const parsed = Record.parse(JSON.parse(body.toString("utf8")));
    return parsed.map(([sql, params]): Entry => [sql, params.map(fromJson)]);
  } catch {
    return undefined;
  }
}

function toJson(value: SqlValue): z.input<typeof JsonValue> {
  return value instanceof Uint8Array ? { b: Buffer.from(value).toString("base64") } : value;
}

function fromJson(value: z.output<typeof JsonValue>): SqlValue {
  return value !== null && typeof value === "object" ? Buffer.from(value.b, "base64") : value;
}
