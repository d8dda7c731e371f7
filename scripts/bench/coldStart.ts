// From the start of the process to its first right answer, and the most memory that it takes for a few questions.
import path from "node:path";
import { z } from "zod";
import { median, ms, locationOf, startOurs, startTheirs, times, watchMemory } from "../lib/bench.ts";
import { installPeer, peerName, startPeer } from "../lib/peer.ts";
import type { Bench, Row } from "../lib/bench.ts";

const rounds = 5;

interface Round {
  list?: number;
  first: number;
  positions: number;
  bytes: number;
}

export async function measure(bench: Bench): Promise<Row[]> {
  const all: { ours: Round[]; theirs: Round[]; peer: Round[] } = { ours: [], theirs: [], peer: [] };
  const peerMain = await installPeer();
  for (let round = 0; round < rounds; round++) {
    all.theirs.push(await tsserver(bench));
    all.ours.push(await ours(bench));
    if (peerMain !== undefined) all.peer.push(await peer(bench, peerMain));
  }
  const of = (side: Round[], what: "list" | "first" | "bytes") =>
    median(side.map((round) => round[what] ?? Number.NaN));
  const right = all.ours.every(({ positions }, round) => positions === all.theirs[round]?.positions);
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

function memoryRow(bytes: number, theirs: number): Row {
  const what = "most memory: references, diagnostics, outline";
  if (bytes === 0) return { what, ours: "not measured: Linux only" };
  const mb = (value: number) => `${(value / 1e6).toFixed(0)} MB`;
  const limit = `${times(bytes, theirs)}, ≤ 1.3`;
  return { what, ours: mb(bytes), beside: `tsserver ${mb(theirs)}`, limit, ok: bytes <= 1.3 * theirs };
}

async function ours({ folder, symbol: { file, name } }: Bench): Promise<Round> {
  const start = performance.now();
  const server = await startOurs(folder);
  const memory = watchMemory(server.pid);
  try {
    await server.list();
    const list = performance.now() - start;
    const symbol = `${file}#${name}`;
    const { total } = z.object({ total: z.number() }).parse(await server.call("find_references", { symbol }));
    const first = performance.now() - start;
    await server.call("get_diagnostics", { path: file });
    await server.call("extract_code_components", { path: file });
    return { list, first, positions: total, bytes: memory() };
  } finally {
    memory();
    await server.stop();
  }
}

async function tsserver(bench: Bench): Promise<Round> {
  const location = await locationOf(bench);
  const file = path.join(bench.folder, bench.symbol.file);
  const start = performance.now();
  const server = await startTheirs(file);
  const memory = watchMemory(server.pid);
  try {
    const positions = await server.references(file, location.line, location.column);
    const first = performance.now() - start;
    await server.request("semanticDiagnosticsSync", { file });
    await server.request("navtree", { file });
    return { first, positions: positions.length, bytes: memory() };
  } finally {
    memory();
    server.close();
  }
}

async function peer(bench: Bench, main: string): Promise<Round> {
  const { file, name } = bench.symbol;
  const { line } = await locationOf(bench);
  const start = performance.now();
  const server = await startPeer(main, bench.folder);
  try {
    const text = await server.text("find_references", { filePath: file, line, symbolName: name });
    return { first: performance.now() - start, positions: Number(/Found (\d+)/.exec(text)?.[1]), bytes: 0 };
  } finally {
    await server.close();
  }
}
