import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { crc32 } from "node:zlib";
import { maxDimensions } from "../types.ts";

// A file of vectors: a mark, the number of dimensions, then batches. A batch is its length, its CRC-32, how many vectors it
// has, the ids of those, their values, and the ids of what it removes. It is appended as a whole, and what a cut-off
// process left of one is dropped at the next opening. An id is 16 bytes.

const mark = Buffer.from("LFCVEC01");
const headerBytes = mark.length + 4;
const batchHeaderBytes = 12;
const idBytes = 16;
const maxBatchBytes = 64 * 1024 * 1024;

export interface VectorFile {
  readonly dimensions: number;
  bytes(): number;
  /** The position of each vector. */
  append(batch: {
    readonly ids: readonly string[];
    readonly vectors: Float32Array;
    readonly removed: readonly string[];
  }): number[];
  read(position: number): Float32Array;
  close(): void;
}

export interface OpenVectorFile {
  /** Absent while there is nothing: the first vectors decide the dimensions. */
  readonly file?: VectorFile;
  /** What was wrong with it. */
  readonly damage?: string;
}

export interface Loaded {
  put(id: string, vector: Float32Array, position: number): void;
  remove(id: string): void;
}

/** @param isOwn False for a file that another process writes: changes go to a copy that ends with this process. */
export function openVectorFile(name: string, isOwn: boolean, load: Loaded): OpenVectorFile {
  if (!existsSync(name)) return {};
  const at = isOwn ? name : copyOf(name);
  const fd = openSync(at, "r+");
  if (!isOwn) removeOpen(at);
  const header = Buffer.alloc(headerBytes);
  const read = readSync(fd, header, 0, headerBytes, 0);
  const dimensions = header.readUInt32LE(mark.length);
  if (read < headerBytes || !header.subarray(0, mark.length).equals(mark) || !isSize(dimensions)) {
    closeSync(fd);
    if (isOwn) rmSync(name);
    return { damage: "its beginning is not that of a file of vectors" };
  }
  const { size } = fstatSync(fd);
  const end = loadBatches(fd, { dimensions, size }, load);
  const rest = size - end;
  if (rest > 0) ftruncateSync(fd, end);
  const file = fileOf(fd, dimensions, end);
  return rest > 0 ? { file, damage: `${String(rest)} bytes at its end do not fit and were dropped` } : { file };
}

/** Makes one, or replaces it by a rename when `load` has written all of it. */
export function createVectorFile(name: string, dimensions: number, isOwn: boolean): VectorFile {
  mkdirSync(path.dirname(name), { recursive: true, mode: 0o700 });
  const at = isOwn ? name : `${name}.${String(process.pid)}.tmp`;
  const fd = openSync(at, "w+", 0o600);
  if (!isOwn) removeOpen(at);
  const header = Buffer.alloc(headerBytes);
  mark.copy(header);
  header.writeUInt32LE(dimensions, mark.length);
  writeSync(fd, header, 0, headerBytes, 0);
  return fileOf(fd, dimensions, headerBytes);
}

/** The file with these vectors and no others, written beside it and renamed. */
export function rewriteVectorFile(
  name: string,
  before: VectorFile,
  vectors: Iterable<{ readonly id: string; readonly position: number }>,
): { readonly file: VectorFile; readonly positions: ReadonlyMap<string, number> } {
  const temporary = `${name}.new`;
  const file = createVectorFile(temporary, before.dimensions, true);
  const positions = new Map<string, number>();
  try {
    let ids: string[] = [];
    const flush = () => {
      const values = new Float32Array(ids.length * before.dimensions);
      ids.forEach((id, nth) => values.set(before.read(positions.get(id) ?? 0), nth * before.dimensions));
      file
        .append({ ids, vectors: values, removed: [] })
        .forEach((position, nth) => positions.set(ids[nth] ?? "", position));
      ids = [];
    };
    for (const { id, position } of vectors) {
      ids.push(id);
      positions.set(id, position);
      if (ids.length === 256) flush();
    }
    if (ids.length > 0) flush();
    renameSync(temporary, name);
  } catch (error) {
    file.close();
    rmSync(temporary, { force: true });
    throw error;
  }
  before.close();
  return { file, positions };
}

function fileOf(fd: number, dimensions: number, start: number): VectorFile {
  const vectorBytes = dimensions * 4;
  let end = start;
  return {
    dimensions,
    bytes: () => end,
    append({ ids, vectors, removed }) {
      const payload = Buffer.concat([
        ...ids.map(bytesOf),
        Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength),
        ...removed.map(bytesOf),
      ]);
      const header = Buffer.alloc(batchHeaderBytes);
      header.writeUInt32LE(payload.length, 0);
      header.writeUInt32LE(ids.length, 4);
      header.writeUInt32LE(crc32(payload, ids.length), 8);
      writeAll(fd, Buffer.concat([header, payload]), end);
      fsyncSync(fd);
      const first = end + batchHeaderBytes + ids.length * idBytes;
      end += batchHeaderBytes + payload.length;
      return ids.map((_, nth) => first + nth * vectorBytes);
    },
    read(position) {
      const vector = new Float32Array(dimensions);
      readSync(fd, vector, 0, vectorBytes, position);
      return vector;
    },
    close: () => closeSync(fd),
  };
}

/** Where the last whole batch ends. */
function loadBatches(fd: number, { dimensions, size }: { dimensions: number; size: number }, load: Loaded): number {
  const header = Buffer.alloc(batchHeaderBytes);
  let at = headerBytes;
  while (readSync(fd, header, 0, batchHeaderBytes, at) === batchHeaderBytes) {
    const length = header.readUInt32LE(0);
    const count = header.readUInt32LE(4);
    const vectorsAt = count * idBytes;
    const removedAt = vectorsAt + count * dimensions * 4;
    if (length > maxBatchBytes || removedAt > length || at + batchHeaderBytes + length > size) break;
    const payload = Buffer.alloc(length);
    readSync(fd, payload, 0, length, at + batchHeaderBytes);
    if (crc32(payload, count) !== header.readUInt32LE(8)) break;
    const values = new Float32Array(
      payload.buffer.slice(payload.byteOffset + vectorsAt, payload.byteOffset + removedAt),
    );
    for (let nth = 0; nth < count; nth++) {
      const vector = values.subarray(nth * dimensions, (nth + 1) * dimensions);
      const position = at + batchHeaderBytes + vectorsAt + nth * dimensions * 4;
      load.put(idOf(payload, nth * idBytes), vector, position);
    }
    for (let from = removedAt; from < length; from += idBytes) load.remove(idOf(payload, from));
    at += batchHeaderBytes + length;
  }
  return at;
}

function isSize(dimensions: number): boolean {
  return dimensions > 0 && dimensions <= maxDimensions;
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id, "base64url");
}

function idOf(bytes: Buffer, at: number): string {
  return bytes.toString("base64url", at, at + idBytes);
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

function copyOf(name: string): string {
  const copy = `${name}.${String(process.pid)}.tmp`;
  copyFileSync(name, copy);
  return copy;
}

/** An open file needs no name; Windows removes it when it is closed, or refuses. */
function removeOpen(name: string): void {
  try {
    rmSync(name);
  } catch {
    // Left over on Windows, and written over by a process of the same number.
  }
}
