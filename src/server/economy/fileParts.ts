import type { Part } from "./costSum.ts";
import type { Row } from "../storage/database.ts";
import type { CostReportQuery } from "./report.ts";
import { runClient } from "./spending.ts";

type Weights = ReadonlyMap<string, number>;

/** Runs call tools until they end. */
const longestRunMs = 7 * 86_400_000;

/**
 * Tokens of calls, and tokens and costs of runs, by the files that the calls, and the calls of the runs, were about. Each
 * is split by how much of the answers was about a file, so that the parts add up to the whole.
 */
export function* fileParts(query: CostReportQuery): Generator<Part> {
  yield* partsOfCalls(query);
  yield* partsOfRuns(query);
}

function* partsOfCalls({ sources, tenant, from, to }: CostReportQuery): Generator<Part> {
  const sql =
    "SELECT c.*, f.path, f.weight FROM call_files f CROSS JOIN calls c ON c.id = f.call_id " +
    "WHERE c.tenant = ? AND f.at >= ? AND f.at < ? ORDER BY f.call_id, f.path";
  for (const source of sources) {
    const rows = source.all(sql, tenant, from.getTime(), to.getTime());
    for (const [first, ...others] of groupedBy(rows, "id")) {
      if (first === undefined) continue;
      const weights = new Map([first, ...others].map((row) => [String(row["path"]), Number(row["weight"])]));
      const names = { tool: text(first, "tool"), client: text(first, "client"), ...headOf(first) };
      yield* split({ kind: "call", row: first, useId: "", names, weights, isUnreported: false, unpriced: false });
    }
  }
}

function* partsOfRuns(query: CostReportQuery): Generator<Part> {
  const { sources, tenant, from, to } = query;
  const weights = weightsOfRuns(query);
  const sql =
    "SELECT r.*, u.component, u.model, u.input_tokens, u.output_tokens, u.cache_read_tokens, u.cache_write_tokens, " +
    "u.reasoning_tokens, u.audio_tokens, CAST(u.cost_pico AS TEXT) AS pico FROM runs r JOIN run_uses u " +
    "ON u.run_id = r.id WHERE r.tenant = ? AND r.at >= ? AND r.at < ?";
  if (weights.size === 0) return;
  for (const source of sources) {
    for (const row of source.all(sql, tenant, from.getTime(), to.getTime())) {
      const ofRun = weights.get(text(row, "id"));
      if (ofRun === undefined) continue;
      const [component, model] = [text(row, "component"), text(row, "model")];
      yield* split({
        kind: "run",
        row,
        useId: JSON.stringify([row["id"], component, model]),
        names: { flow: text(row, "flow_name"), client: runClient, component, model, ...headOf(row) },
        weights: ofRun,
        isUnreported: row["unreported"] !== null,
        unpriced: model !== "" && row["pico"] === null,
      });
    }
  }
}

/** By run: its calls can be in the store of another process. */
function weightsOfRuns({ sources, tenant, from, to }: CostReportQuery): ReadonlyMap<string, Weights> {
  const sql =
    "SELECT c.run_id, f.path, sum(f.weight) AS weight FROM call_files f CROSS JOIN calls c ON c.id = f.call_id " +
    "WHERE c.tenant = ? AND c.run_id IS NOT NULL AND f.at >= ? AND f.at < ? GROUP BY c.run_id, f.path";
  const runs = new Map<string, Map<string, number>>();
  for (const source of sources) {
    for (const row of source.all(sql, tenant, from.getTime(), to.getTime() + longestRunMs)) {
      const weights = runs.get(text(row, "run_id")) ?? new Map<string, number>();
      weights.set(text(row, "path"), (weights.get(text(row, "path")) ?? 0) + Number(row["weight"]));
      runs.set(text(row, "run_id"), weights);
    }
  }
  return runs;
}

interface Whole extends Pick<Part, "kind" | "useId" | "names" | "unpriced" | "isUnreported"> {
  readonly row: Row;
  readonly weights: Weights;
}

function* split({ row, weights, ...whole }: Whole): Generator<Part> {
  const paths = [...weights.keys()];
  const parts = [...weights.values()].map(BigInt);
  const sharesOf = (column: string) => {
    const amount = row[column];
    return typeof amount === "number" ? shares(BigInt(amount), parts).map(Number) : undefined;
  };
  const input = sharesOf("input_tokens");
  const output = sharesOf("output_tokens");
  const cacheRead = sharesOf("cache_read_tokens");
  const cacheWrite = sharesOf("cache_write_tokens");
  const reasoning = sharesOf("reasoning_tokens");
  const audio = sharesOf("audio_tokens");
  const pico = typeof row["pico"] === "string" ? shares(BigInt(row["pico"]), parts) : [];
  for (const [index, path] of paths.entries()) {
    // Of the files beyond those that are listed.
    if (path === "") continue;
    yield {
      ...whole,
      isWhole: !weights.has(""),
      id: text(row, "id"),
      at: Number(row["at"]),
      path,
      tokens: {
        input: input?.[index] ?? 0,
        output: output?.[index] ?? 0,
        cacheRead: cacheRead?.[index],
        cacheWrite: cacheWrite?.[index],
        reasoning: reasoning?.[index],
        audio: audio?.[index],
      },
      pico: pico[index] ?? 0n,
    };
  }
}

/** An amount by weights, in whole numbers that add up to it. */
export function shares(amount: bigint, weights: readonly bigint[]): readonly bigint[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  if (all === 0n) return weights.map((_, index) => (index === 0 ? amount : 0n));
  let [weightBefore, before] = [0n, 0n];
  return weights.map((weight) => {
    weightBefore += weight;
    const until = (amount * weightBefore) / all;
    const share = until - before;
    before = until;
    return share;
  });
}

function headOf(row: Row) {
  return { commit: text(row, "commit_id"), branch: text(row, "branch") };
}

function text(row: Row, column: string): string {
  return String(row[column] ?? "");
}

/** Rows that follow each other with the same value. */
function* groupedBy(rows: readonly Row[], column: string): Generator<readonly Row[]> {
  let group: Row[] = [];
  for (const row of rows) {
    if (group.length > 0 && group[0]?.[column] !== row[column]) {
      yield group;
      group = [];
    }
    group.push(row);
  }
  if (group.length > 0) yield group;
}
