import type { Ai } from "../../ai/ai.ts";
import type { Analysis } from "../../analysis/analysis.ts";
import type { Budget, BudgetState } from "../../../protocol/budgets.ts";
import type { CostQuery, CostReport } from "../../../protocol/cost.ts";
import type { OptimizationReport } from "../../../protocol/optimizations.ts";
import type { FlowRunResult, FlowTweaks } from "../../../protocol/flowRuns.ts";
import type { CostEstimate } from "../../../protocol/estimate.ts";
import type { Health } from "../../health/health.ts";
import type { Meaning } from "../../vectors/meaning.ts";
import type { Memories } from "../../memory/memory.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Caller, Principal, Progress } from "../../platform/call.ts";
import type { Jobs } from "./jobs.ts";
import type { ToolSearch } from "./toolSearch.ts";
import type { Edits } from "../../workspace/edits/edits.ts";
import type { Git } from "../../workspace/git/git.ts";
import type { Documentation } from "../../documentation/documentation.ts";
import type { Repositories } from "../../repositories/repositories.ts";
import type { Search } from "../../workspace/search/search.ts";
import type { WebSearch } from "../../web/search.ts";
import type { Web } from "../../web/web.ts";
import type { Workspace } from "../../workspace/workspace.ts";

/** The services that a tool can need. */
export interface Services {
  readonly workspace: Workspace;
  readonly edits: Edits;
  readonly search: Search;
  readonly git: Git;
  readonly documentation: Documentation;
  readonly repositories: Repositories;
  readonly meaning: Pick<Meaning, "find">;
  readonly analysis: Analysis;
  readonly jobs: Jobs;
  readonly tools: ToolSearch;
  readonly cost: CostFacts;
  readonly budgets: BudgetAccess;
  readonly health: Pick<Health, "report">;
  readonly memories: Memories;
  readonly web: Web;
  readonly ai: Ai;
  readonly webSearch: WebSearch;
  readonly flowRuns: FlowRuns;
}

/** Runs of the connected Langflow's flows. */
interface FlowRuns {
  run(
    flow: string,
    options: {
      readonly input?: string;
      readonly session?: string;
      readonly tweaks?: FlowTweaks;
      readonly signal: AbortSignal;
      progress(message: string): void;
    },
  ): Promise<FlowRunResult>;
}

/** What flow runs and tool calls cost, what a run will, and what could cost less. */
interface CostFacts {
  report(query: CostQuery, principal: Principal): Promise<CostReport>;
  estimate(
    request: { readonly flow: string; readonly input?: string; readonly signal: AbortSignal },
    principal: Principal,
  ): Promise<CostEstimate>;
  optimizations(principal: Principal): Promise<OptimizationReport>;
}

/** Budgets as a caller may change them: it can set one or make it stricter, and take nothing back. */
interface BudgetAccess {
  tighten(budget: Budget, signal: AbortSignal): Promise<BudgetState>;
}

export type ServiceName = keyof Services;

/** What every tool gets with its arguments. */
export interface CallContext {
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly caller: Caller;
  /** Of the call's row in the ledger. */
  readonly callId: string;
  readonly arrivedAt: Date;
  progress(progress: Progress): void;
}

/** The call with the services that its tool needs, and no other. */
export type ToolContext<Needs extends ServiceName = ServiceName> = CallContext & Pick<Services, Needs>;
