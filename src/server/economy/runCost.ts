import type { RunCost } from "../../protocol/flows.ts";
import { decimalOf } from "./money.ts";
import type { RowSource } from "./report.ts";

/** As many as a sentence names. */
const maxFiles = 3;

/** What one run cost, and the files that most of its calls were about; undefined while it has no row. */
export function runCost(
  sources: readonly RowSource[],
  { tenant, id }: { readonly tenant: string; readonly id: string },
): RunCost | undefined {
  const uses = sources.flatMap((source) =>
    source.all(
      "SELECT r.unreported, u.model, CAST(u.cost_pico AS TEXT) AS pico FROM runs r JOIN run_uses u ON u.run_id = r.id " +
        "WHERE r.id = ? AND r.tenant = ?",
      ...[id, tenant],
    ),
  );
  if (uses.length === 0) return undefined;
  const isWhole = uses.every(({ unreported, model, pico }) => unreported === null && (model === "" || pico !== null));
  const pico = uses.reduce((sum, use) => sum + BigInt(String(use["pico"] ?? 0)), 0n);
  const weights = filesOfRun(sources, { tenant, id });
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const files = [...weights]
    .filter(([path]) => path !== "")
    .sort(([, a], [, b]) => b - a)
    .slice(0, maxFiles)
    .map(([path, weight]) => ({ path, share: weight / all }));
  return { cost: isWhole ? decimalOf(pico) : null, files };
}

/** How much of the answers of a run's calls was about each file. Its calls can be in the store of another process. */
export function filesOfRun(
  sources: readonly RowSource[],
  { tenant, id }: { readonly tenant: string; readonly id: string },
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const { path, weight } of sources.flatMap((source) =>
    source.all(
      "SELECT f.path, f.weight FROM calls c JOIN call_files f ON f.call_id = c.id WHERE c.run_id = ? AND c.tenant = ?",
      ...[id, tenant],
    ),
  ))
    weights.set(String(path), (weights.get(String(path)) ?? 0) + Number(weight));
  return weights;
}
