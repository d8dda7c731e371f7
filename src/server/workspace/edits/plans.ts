import { ToolError } from "../../platform/errors.ts";
import type { EditPlan, FileTransition } from "./edits.ts";

export interface KnownPlan {
  readonly plan: EditPlan;
  readonly transitions: readonly FileTransition[];
}

/** Plans that wait to be applied. They contain whole files, so neither their number nor their bytes are without end. */
export interface Plans {
  add(known: KnownPlan): void;
  find(id: string): KnownPlan;
  /** Finds a plan and uses it up. */
  take(id: string): KnownPlan;
}

const maxPlans = 50;
const maxPlanBytes = 100 * 1024 * 1024;
const sweepMs = 60_000;

export function createPlans(now: () => Date): Plans {
  const plans = new Map<string, KnownPlan & { readonly bytes: number }>();
  let sweeping: NodeJS.Timeout | undefined;

  function dropExpired(): void {
    for (const [id, { plan }] of plans) if (plan.expiresAt <= now()) plans.delete(id);
    if (plans.size > 0) return;
    clearInterval(sweeping);
    sweeping = undefined;
  }

  /** The oldest go first; the one that was just made stays, even a very large one. */
  function dropSurplus(): void {
    let bytes = [...plans.values()].reduce((sum, each) => sum + each.bytes, 0);
    for (const [id, known] of plans) {
      if (plans.size === 1 || (plans.size <= maxPlans && bytes <= maxPlanBytes)) return;
      plans.delete(id);
      bytes -= known.bytes;
    }
  }

  function find(id: string): KnownPlan {
    const found = plans.get(id);
    if (found && found.plan.expiresAt > now()) return found;
    throw new ToolError(
      "NOT_FOUND",
      "There is no plan with this planId: plans are valid for 5 minutes, the last ones only, and are applied once.",
      "Create the plan again with preview_refactoring.",
    );
  }

  return {
    add(known) {
      dropExpired();
      plans.set(known.plan.id, { ...known, bytes: bytesOf(known) });
      dropSurplus();
      sweeping ??= setInterval(dropExpired, sweepMs).unref();
    },
    find,
    take(id) {
      const found = find(id);
      plans.delete(id);
      return found;
    },
  };
}

function bytesOf({ transitions }: KnownPlan): number {
  return transitions.reduce(
    (sum, { before, after }) => sum + (before?.bytes.length ?? 0) + (after?.bytes.length ?? 0),
    0,
  );
}
