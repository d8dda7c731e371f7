import { statSync } from "node:fs";
import { StorageError } from "../database.ts";
import { readIfThere } from "./files.ts";

const walHeaderBytes = 32;
const frameHeaderBytes = 24;
/** The lowest bit of the magic says in which byte order checksums are made. */
const walMagic = 0x377f0682;

/**
 * SQLite's own file as of its last commit, for an engine that reads bytes and knows no write-ahead log: the pages of
 * committed frames laid over the file. Format: https://www.sqlite.org/fileformat2.html#walformat
 */
export function imageWithWal(file: string): Buffer | undefined {
  for (let attempt = 0; attempt < 10; attempt++) {
    const before = stamp(file);
    const wal = readIfThere(`${file}-wal`);
    const image = readIfThere(file);
    // A checkpoint in between moves pages from the log to the file: read both again.
    if (before !== stamp(file)) continue;
    return image && withoutWalMode(wal ? overlaid(image, wal) : image);
  }
  throw new StorageError("busy", "Another process writes the ledger too quickly for it to be read.");
}

function stamp(file: string): string {
  const facts = statSync(file, { bigint: true, throwIfNoEntry: false });
  return facts ? [facts.ino, facts.size, facts.mtimeNs].join() : "";
}

function overlaid(image: Buffer, wal: Buffer): Buffer {
  if (wal.length < walHeaderBytes || wal.readUInt32BE(0) >>> 1 !== walMagic >>> 1) return image;
  const bigEndian = (wal.readUInt32BE(0) & 1) === 1;
  const pageBytes = wal.readUInt32BE(8);
  const salts = wal.subarray(16, 24);
  let sum = checksum(wal.subarray(0, 24), [0, 0], bigEndian);
  if (!isSum(wal, 24, sum)) return image;
  /** Pages since the last commit count only when the next commit frame comes. */
  const open = new Map<number, Buffer>();
  const pages = new Map<number, Buffer>();
  let pageCount = 0;
  for (let at = walHeaderBytes; at + frameHeaderBytes + pageBytes <= wal.length; at += frameHeaderBytes + pageBytes) {
    const page = wal.subarray(at + frameHeaderBytes, at + frameHeaderBytes + pageBytes);
    sum = checksum(page, checksum(wal.subarray(at, at + 8), sum, bigEndian), bigEndian);
    // Frames of an earlier round of the log, or one that is being written.
    if (!wal.subarray(at + 8, at + 16).equals(salts) || !isSum(wal, at + 16, sum)) break;
    open.set(wal.readUInt32BE(at), page);
    const committedPages = wal.readUInt32BE(at + 4);
    if (committedPages === 0) continue;
    pageCount = committedPages;
    for (const [number, content] of open) pages.set(number, content);
    open.clear();
  }
  if (pageCount === 0) return image;
  const whole = Buffer.alloc(pageCount * pageBytes);
  image.copy(whole, 0, 0, whole.length);
  for (const [number, content] of pages) if (number <= pageCount) content.copy(whole, (number - 1) * pageBytes);
  return whole;
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, [start0, start1]: Sum, bigEndian: boolean): Sum {
  let [s0, s1] = [start0, start1];
  for (let at = 0; at < bytes.length; at += 8) {
    const [a, b] = bigEndian
      ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
      : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    s0 = (s0 + a + s1) >>> 0;
    s1 = (s1 + b + s0) >>> 0;
  }
  return [s0, s1];
}

function isSum(bytes: Buffer, at: number, [s0, s1]: Sum): boolean {
  return bytes.readUInt32BE(at) === s0 && bytes.readUInt32BE(at + 4) === s1;
}

/** Bytes 18 and 19 say "write-ahead log"; a database in memory has none and would not open. */
function withoutWalMode(image: Buffer): Buffer {
  if (image.length >= 100) image.fill(1, 18, 20);
  return image;
}
