import type { CostEstimate } from "../../protocol/estimate.ts";
import type { Principal } from "../platform/call.ts";
import { countTokens } from "../platform/tokens.ts";
import type { Ledger } from "./types.ts";

/** What a run of a flow will cost. */
export interface Estimates {
  /** A flow by its id or name, or by its file. */
  estimate(request: EstimateRequest, principal: Principal): Promise<CostEstimate>;
}

interface EstimateRequest {
  readonly flow: string;
  readonly input?: string;
  readonly signal: AbortSignal;
}

export interface EstimatesDeps {
  readonly ledger: Pick<Ledger, "estimate">;
  /** Of a file, or of the connected Langflow, which a flow with past runs needs not. */
  modelsOf(
    flow: string,
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly name: string; readonly models: readonly string[] }>;
}

export function createEstimates({ ledger, modelsOf }: EstimatesDeps): Estimates {
  return {
    async estimate({ flow, input, signal }, principal) {
      const size = input === undefined ? {} : { inputTokens: await countTokens(input) };
      const past = await ledger.estimate({ flow: { name: flow }, models: [], ...size }, principal);
      if (past.runs > 0) return past;
      const { models, ...found } = await modelsOf(flow, signal);
      return ledger.estimate({ flow: found, models, ...size }, principal);
    },
  };
}
