// @ts-check
// From the start of the process to its first right answer, and the most memory that it takes for a few questions.
import path from "node:path";
import { median, ms, placeOf, startOurs, startTheirs, times, watchMemory } from "../lib/bench.ts";
import { installPeer, peerName, startPeer } from "../lib/peer.ts";

const rounds = 5;

/** @typedef {{ list?: number, first: number, places: number, bytes: number }} Round */

/** @param {import("../lib/bench.ts").Bench} bench @returns {Promise<import("../lib/bench.ts").Row[]>} */
export async function measure(bench) {
  /** @type {{ ours: Round[], theirs: Round[], peer: Round[] }} */
  const all = { ours: [], theirs: [], peer: [] };
  const peerMain = await installPeer();
  for (let round = 0; round < rounds; round++) {
    all.theirs.push(await tsserver(bench));
    all.ours.push(await ours(bench));
    if (peerMain !== undefined) all.peer.push(await peer(bench, peerMain));
  }
  const of = (/** @type {Round[]} */ side, /** @type {"list" | "first" | "bytes"} */ what) =>
    median(side.map((round) => round[what] ?? Number.NaN));
  const right = all.ours.every(({ places }, round) => places === all.theirs[round]?.places);
  const [list, first] = [of(all.ours, "list"), of(all.ours, "first")];
  const [bytes, theirBytes] = [of(all.ours, "bytes"), of(all.theirs, "bytes")];
  return [
    { what: "start → tools/list", ours: ms(list), limit: "≤ 1,000 ms", ok: list <= 1000 },
    ...[
      { name: "tsserver", other: of(all.theirs, "first") },
      ...(peerMain === undefined ? [] : [{ name: peerName, other: of(all.peer, "first") }]),
    ].map(({ name, other }) => ({
      what: `start → references of ${bench.symbol.name}${right ? "" : ", not those of tsserver"}`,
      ours: ms(first),
      beside: `${name} ${ms(other)}`,
      limit: `${times(first, other)}, < 1`,
      ok: right && first < other,
    })),
    memoryRow(bytes, theirBytes),
  ];
}

/** @param {number} bytes @param {number} theirs @returns {import("../lib/bench.ts").Row} */
function memoryRow(bytes, theirs) {
  const what = "most memory: references, diagnostics, outline";
  if (bytes === 0) return { what, ours: "not measured: Linux only" };
  const mb = (/** @type {number} */ value) => `${(value / 1e6).toFixed(0)} MB`;
  const limit = `${times(bytes, theirs)}, ≤ 1.3`;
  return { what, ours: mb(bytes), beside: `tsserver ${mb(theirs)}`, limit, ok: bytes <= 1.3 * theirs };
}

/** @param {import("../lib/bench.ts").Bench} bench @returns {Promise<Round>} */
async function ours({ folder, symbol: { file, name } }) {
  const start = performance.now();
  const server = await startOurs(folder);
  const memory = watchMemory(server.pid);
  try {
    await server.list();
    const list = performance.now() - start;
    const symbol = `${file}#${name}`;
    const { total } = await server.call("find_references", { symbol });
    const first = performance.now() - start;
    await server.call("get_diagnostics", { path: file });
    await server.call("extract_code_components", { path: file });
    return { list, first, places: total, bytes: memory() };
  } finally {
    memory();
    await server.stop();
  }
}

/** @param {import("../lib/bench.ts").Bench} bench @returns {Promise<Round>} */
async function tsserver(bench) {
  const place = await placeOf(bench);
  const file = path.join(bench.folder, bench.symbol.file);
  const start = performance.now();
  const server = await startTheirs(file);
  const memory = watchMemory(server.pid);
  try {
    const places = await server.references(file, place.line, place.column);
    const first = performance.now() - start;
    await server.request("semanticDiagnosticsSync", { file });
    await server.request("navtree", { file });
    return { first, places: places.length, bytes: memory() };
  } finally {
    memory();
    server.close();
  }
}

/** @param {import("../lib/bench.ts").Bench} bench @param {string} main @returns {Promise<Round>} */
async function peer(bench, main) {
  const { file, name } = bench.symbol;
  const { line } = await placeOf(bench);
  const start = performance.now();
  const server = await startPeer(main, bench.folder);
  try {
    const text = await server.text("find_references", { filePath: file, line, symbolName: name });
    return { first: performance.now() - start, places: Number(/Found (\d+)/.exec(text)?.[1]), bytes: 0 };
  } finally {
    await server.close();
  }
}
