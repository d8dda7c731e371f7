import type { AppliedEntry, Optimization, OptimizationReport } from "../../protocol/optimizations.ts";
import type { Principal } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import type { OptimizationStore } from "./optimizationStore.ts";
import type { Ledger, ToolFacts } from "./types.ts";

/** What could cost less, by the ledger. Nothing is applied but by `apply`. */
export interface Optimizations {
  report(principal: Principal): Promise<OptimizationReport>;
  apply(id: string, change: Change): Promise<OptimizationReport>;
  undo(id: string, change: Change): Promise<OptimizationReport>;
}

interface Change {
  readonly principal: Principal;
  readonly signal: AbortSignal;
}

export interface OptimizationsDeps {
  readonly ledger: Pick<Ledger, "optimizations">;
  readonly store: Pick<OptimizationStore, "read" | "change">;
  tools(): Promise<readonly ToolFacts[]>;
  now(): Date;
}

export function createOptimizations({ ledger, store, tools, now }: OptimizationsDeps): Optimizations {
  async function report(principal: Principal): Promise<OptimizationReport> {
    const [applied, facts] = await Promise.all([store.read(), tools()]);
    return ledger.optimizations({ now: now().getTime(), tools: facts, applied }, principal);
  }

  return {
    report,
    async apply(id, { principal, signal }) {
      const { suggestions } = await report(principal);
      const suggestion = suggestions.find((each) => each.id === id);
      await store.change(signal, (before) => {
        if (before.some((each) => each.id === id)) {
          throw new ToolError(
            "CONFLICT",
            `${id} is applied already.`,
            `Use \`langflow-connect optimizations --undo ${id}\` to take it back.`,
          );
        }
        if (!suggestion) throw unknown(id, "suggested", suggestions);
        return [...before, entryOf(suggestion, now())];
      });
      return report(principal);
    },
    async undo(id, { principal, signal }) {
      await store.change(signal, (before) => {
        if (!before.some((each) => each.id === id)) throw unknown(id, "applied", before);
        return before.filter((each) => each.id !== id);
      });
      return report(principal);
    },
  };
}

function unknown(id: string, state: string, all: readonly { readonly id: string }[]): ToolError {
  return new ToolError(
    "NOT_FOUND",
    `No optimization ${JSON.stringify(id)} is ${state}.`,
    all.length === 0 ? `None is ${state}.` : `Those that are: ${all.map((each) => each.id).join(", ")}.`,
  );
}

function entryOf(suggestion: Optimization, now: Date): AppliedEntry {
  const { id, kind, tools: [tool, ...more] = [], client, flow, budget, change } = suggestion;
  const at = now.toISOString();
  if (kind === "unusedTools" && tool !== undefined) return { id, kind, at, tools: [tool, ...more] };
  if (kind === "largeAnswers" && tool !== undefined && budget !== undefined) return { id, kind, at, tool, budget };
  if (kind === "repeatedAnswers" && tool !== undefined && client !== undefined) return { id, kind, at, tool, client };
  if ((kind === "cheaperModel" || kind === "failedRuns") && flow !== undefined) return { id, kind, at, flow };
  throw new ToolError("INVALID_ARGUMENT", `${id} cannot be applied by this command.`, change);
}

/** The applied changes as the tools see them. */
export function tuningOf(store: Pick<OptimizationStore, "current" | "onChange">) {
  return {
    hidden: () => new Set(store.current().flatMap((each) => (each.kind === "unusedTools" ? each.tools : []))),
    budgets: () =>
      new Map(store.current().flatMap((each) => (each.kind === "largeAnswers" ? [[each.tool, each.budget]] : []))),
    onChange: store.onChange,
  };
}
