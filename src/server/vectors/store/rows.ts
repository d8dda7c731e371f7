import { maxVectors } from "../types.ts";
import type { VectorHit } from "../types.ts";
import { createKernels, rowMultiple } from "./kernels.ts";

/** Up to here all vectors are in memory and compared exactly. */
export const maxExact = 50_000;
/** How many vectors are read from the file for one query at most. */
const maxRescored = 4_096;
/**
 * Rounding errors are as good as independent of the query: such an error is this many standard deviations at most, which
 * more would need one query in three million to exceed.
 */
const deviations = 5;

/** The vectors of one store in memory: exact ones, or a byte for each number with the exact ones in the file. */
export interface Rows {
  readonly size: number;
  readonly memory: number;
  readonly quantized: boolean;
  ids(): readonly string[];
  has(id: string): boolean;
  set(id: string, vector: Float32Array, position: number): void;
  /** It is at another position of the file now. */
  move(id: string, position: number): void;
  /** False when there is none of this id. */
  remove(id: string): boolean;
  search(query: Float32Array, k: number, allowed?: ReadonlySet<string>): VectorHit[];
  exact(id: string): Float32Array;
}

export interface RowsOptions {
  readonly dimensions: number;
  /** The vector at a position of the file. */
  read(position: number): Float32Array;
  readonly maxExact?: number;
}

export function createRows({ dimensions, read, maxExact: most = maxExact }: RowsOptions): Rows {
  const width = Math.ceil(dimensions / rowMultiple) * rowMultiple;
  const queryAt = 0;
  const rowsAt = width * 4;
  const names: string[] = [];
  const rowOf = new Map<string, number>();
  let positions = new Float64Array(1_024);
  let scales = new Float32Array(1_024);
  /** Length of what a code lacks of its vector. */
  let errors = new Float32Array(1_024);
  let kernels = createKernels();
  let quantized = false;

  const rowBytes = () => (quantized ? width : width * 4);
  const outAt = () => rowsAt + positions.length * rowBytes();

  function reserve(): void {
    const pages = Math.ceil((outAt() + positions.length * 4) / 65_536);
    const has = kernels.memory.buffer.byteLength / 65_536;
    if (pages > has) kernels.memory.grow(pages - has);
  }

  function grow(): void {
    // By a quarter, since a bigger step would often stay empty.
    const length = Math.max(2_048, Math.min(maxVectors, Math.ceil(positions.length * 1.25)), names.length + 1);
    const larger = <T extends Float64Array | Float32Array>(before: T, after: T): T => (after.set(before), after);
    positions = larger(positions, new Float64Array(length));
    scales = larger(scales, new Float32Array(length));
    errors = larger(errors, new Float32Array(length));
    reserve();
  }

  function write(row: number, vector: Float32Array): void {
    if (!quantized) {
      const values = new Float32Array(kernels.memory.buffer, rowsAt + row * width * 4, width);
      values.fill(0);
      values.set(vector);
      return;
    }
    const codes = new Int8Array(kernels.memory.buffer, rowsAt + row * width, width);
    codes.fill(0);
    const scale = largest(vector) / 127 || 1;
    let lost = 0;
    for (let nth = 0; nth < dimensions; nth++) {
      const value = vector[nth] ?? 0;
      const code = Math.round(value / scale);
      codes[nth] = code;
      lost += (value - code * scale) ** 2;
    }
    scales[row] = scale;
    errors[row] = Math.sqrt(lost / dimensions);
  }

  function inMemory(row: number): Float32Array {
    return new Float32Array(kernels.memory.buffer, rowsAt + row * width * 4, dimensions);
  }

  function quantize(): void {
    const before = kernels;
    kernels = createKernels();
    quantized = true;
    reserve();
    for (let row = 0; row < names.length; row++) {
      write(row, new Float32Array(before.memory.buffer, rowsAt + row * width * 4, dimensions));
    }
  }

  /** Of each row, in their order. */
  function scoresOf(query: Float32Array): Float32Array {
    const { memory, int8, float32 } = kernels;
    if (!quantized) {
      const values = new Float32Array(memory.buffer, queryAt, width);
      values.fill(0);
      values.set(query);
      float32(queryAt, rowsAt, width * 4, names.length, outAt());
      return new Float32Array(memory.buffer, outAt(), names.length);
    }
    const codes = new Int16Array(memory.buffer, queryAt, width);
    codes.fill(0);
    // A sum of `width` products must fit 32 bits: 127 * 127 * 4096 * 32 does.
    const scale = largest(query) / 4_064 || 1;
    for (let nth = 0; nth < dimensions; nth++) codes[nth] = Math.round((query[nth] ?? 0) / scale);
    int8(queryAt, rowsAt, width, names.length, outAt());
    const totals = new Int32Array(memory.buffer, outAt(), names.length);
    const scores = new Float32Array(names.length);
    for (let row = 0; row < scores.length; row++) scores[row] = (totals[row] ?? 0) * (scales[row] ?? 0) * scale;
    return scores;
  }

  const exactRow = (row: number) => (quantized ? read(positions[row] ?? 0) : inMemory(row));

  return {
    get size() {
      return names.length;
    },
    get memory() {
      return kernels.memory.buffer.byteLength + positions.length * 16;
    },
    get quantized() {
      return quantized;
    },
    ids: () => [...names],
    has: (id) => rowOf.has(id),
    set(id, vector, position) {
      let row = rowOf.get(id);
      if (row === undefined) {
        row = names.length;
        if (row >= most && !quantized) quantize();
        if (row >= positions.length) grow();
        else if (row === 0) reserve();
        names.push(id);
        rowOf.set(id, row);
      }
      positions[row] = position;
      write(row, vector);
    },
    move(id, position) {
      const row = rowOf.get(id);
      if (row !== undefined) positions[row] = position;
    },
    remove(id) {
      const row = rowOf.get(id);
      const last = names.at(-1);
      if (row === undefined || last === undefined) return false;
      // The last one takes its row.
      const { buffer } = kernels.memory;
      const from = rowsAt + (names.length - 1) * rowBytes();
      new Uint8Array(buffer).copyWithin(rowsAt + row * rowBytes(), from, from + rowBytes());
      positions[row] = positions[names.length - 1] ?? 0;
      scales[row] = scales[names.length - 1] ?? 0;
      errors[row] = errors[names.length - 1] ?? 0;
      names[row] = last;
      rowOf.set(last, row);
      names.pop();
      rowOf.delete(id);
      return true;
    },
    search(query, k, allowed) {
      const scores = scoresOf(query);
      const isAllowed = allowed ? (row: number) => allowed.has(names[row] ?? "") : undefined;
      const best = quantized
        ? candidates(scores, k, { isAllowed, margin: (row) => deviations * (errors[row] ?? 0) }).map((row) => ({
            row,
            score: dot(exactRow(row), query),
          }))
        : largestOf(scores, k, isAllowed).map((row) => ({ row, score: scores[row] ?? 0 }));
      return best
        .toSorted((a, b) => b.score - a.score || a.row - b.row)
        .slice(0, k)
        .map(({ row, score }) => ({ id: names[row] ?? "", score }));
    },
    exact: (id) => exactRow(rowOf.get(id) ?? 0),
  };
}

interface Choice {
  readonly isAllowed: ((row: number) => boolean) | undefined;
  /** How far the exact score can be from the one of the codes. */
  margin(row: number): number;
}

/** The rows that can be among the best k once their exact scores are known. */
function candidates(scores: Float32Array, k: number, { isAllowed, margin }: Choice): readonly number[] {
  const sure = largestOf(scores, k, isAllowed).reduce(
    (least, row) => Math.min(least, (scores[row] ?? 0) - margin(row)),
    Infinity,
  );
  const rows: number[] = [];
  for (let row = 0; row < scores.length; row++) {
    if ((scores[row] ?? 0) + margin(row) >= sure && (isAllowed?.(row) ?? true)) rows.push(row);
  }
  if (rows.length <= maxRescored) return rows;
  return rows.toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, maxRescored);
}

/** The rows of the k largest scores, in no order. */
function largestOf(scores: Float32Array, k: number, isAllowed?: (row: number) => boolean): readonly number[] {
  const best: number[] = [];
  let least = -Infinity;
  const sortBest = () => best.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  for (let row = 0; row < scores.length; row++) {
    if ((scores[row] ?? 0) <= least || !(isAllowed?.(row) ?? true)) continue;
    best.push(row);
    // Sorted now and then instead of kept in order.
    if (best.length < 4 * k) continue;
    sortBest();
    best.length = k;
    least = scores[best.at(-1) ?? 0] ?? 0;
  }
  sortBest();
  return best.slice(0, k);
}

function largest(vector: Float32Array): number {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  return most;
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let nth = 0; nth < a.length; nth++) sum += (a[nth] ?? 0) * (b[nth] ?? 0);
  return sum;
}
