import type { CostEstimate } from "../../protocol/estimate.ts";
import { usDollars } from "../../protocol/currency.ts";
import { costRange, count } from "../../protocol/format.ts";
import type { Principal } from "../platform/call.ts";
import { ToolError } from "../platform/errors.ts";
import { describeError } from "../platform/logger.ts";
import type { Logger } from "../platform/logger.ts";
import type { Ledger } from "./types.ts";

/** Stops a run that will probably cost more than the user wants to spend unasked. */
export interface CostCheck {
  /** Fails with COST_NOT_CONFIRMED. Where the cost is not known beforehand, a sentence that says so. */
  check(flow: { readonly id: string; readonly name: string }): Promise<string | undefined>;
}

export interface CostCheckDeps {
  readonly ledger: Pick<Ledger, "estimate">;
  readonly principal: Principal;
  /** US dollars; 0 for no question. */
  askAbove(): number;
  readonly log: Logger;
}

const setting = "langflowConnect.cost.askAbove";

export function createCostCheck({ ledger, principal, askAbove, log }: CostCheckDeps): CostCheck {
  async function estimateOf(flow: CostEstimate["flow"]): Promise<CostEstimate | undefined> {
    try {
      return await ledger.estimate({ flow, models: [] }, principal);
    } catch (error) {
      // The run does not need the ledger.
      log.warn("cost.estimate", describeError(error));
      return undefined;
    }
  }

  return {
    async check({ id, name }) {
      const limit = askAbove();
      if (limit === 0) return undefined;
      const estimate = await estimateOf({ id, name });
      if (!estimate?.cost) return `${setting} asked nothing: ${whyUnknown(estimate)}`;
      const { cost, runs } = estimate;
      // Both are the nearest numbers of decimals, which keep their order.
      if (Number(cost.median) <= limit) return undefined;
      const past = runs === 1 ? "its last run" : `its last ${count(runs)} runs`;
      // In the currency of the limit, whatever reports are shown in.
      throw new ToolError(
        "COST_NOT_CONFIRMED",
        `A run of "${name}" costs about ${costRange(cost, usDollars)} by ${past}: more than the $${String(limit)} of ${setting}.`,
        `To run it all the same, add \`--yes\`, or raise ${setting} (LFC_COST_ASK_ABOVE).`,
        { flow: id, ...cost, runs, askAbove: String(limit) },
      );
    },
  };
}

function whyUnknown(estimate: CostEstimate | undefined): string {
  if (!estimate) return "the ledger could not be read, so the cost of the run was not known beforehand.";
  if (estimate.runs === 0) return "the flow had no run with known usage yet, so its cost was not known beforehand.";
  return `the cost of the run was not known beforehand. ${estimate.unknown.join(" ")}`;
}
