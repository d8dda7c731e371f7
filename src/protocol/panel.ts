import { z } from "zod";
import type { BudgetState } from "./budgets.ts";
import type { CostReport } from "./cost.ts";
import type { CostForecast } from "./forecast.ts";
import type { HealthRange, HealthReport, MachineSample } from "./health.ts";
import type { LedgerSummary } from "./ledger.ts";
import { costSplits } from "./periods.ts";
import type { CostPeriod, CostSplit } from "./periods.ts";
import type { Activity, EndpointStatus, ServerState } from "./status.ts";
import type { PanelTopic, Topics } from "./topics.ts";

export type CostTotals =
  | { readonly state: "loading" }
  | {
      readonly state: "ready";
      readonly summary: LedgerSummary;
      readonly report: CostReport;
      readonly budgets: readonly BudgetState[];
      readonly forecast: CostForecast;
    }
  | { readonly state: "failed"; readonly message: string };

export type HealthFacts =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly report: HealthReport; readonly samples: readonly MachineSample[] }
  | { readonly state: "failed"; readonly message: string };

/** What the panel shows, slice by slice: its own, and the server's topics for it. No token and no key is in any. */
export interface PanelSlices extends Pick<Topics, PanelTopic> {
  readonly window: {
    readonly workspace: string;
    readonly server: ServerState;
    readonly endpoint?: EndpointStatus;
    /** Why nothing runs and what to do, in words. */
    readonly advice?: string;
  };
  readonly activities: readonly Activity[];
  readonly cost: { readonly period: CostPeriod; readonly split: CostSplit; readonly totals: CostTotals };
  readonly health: { readonly range: HealthRange; readonly facts: HealthFacts };
}

export type SliceName = keyof PanelSlices;

/** Extension → panel: the new value of one slice; absent while there is none. */
export interface SliceMessage<Name extends SliceName = SliceName> {
  readonly type: "slice";
  readonly name: Name;
  readonly value: PanelSlices[Name] | undefined;
}

/** Panel → extension: the page can only ask for these. */
export const PanelRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("period"), period: z.enum(["day", "week", "month", "quarter"]) }),
  z.strictObject({ type: z.literal("split"), split: z.enum(costSplits) }),
  z.strictObject({ type: z.literal("range"), range: z.enum(["hour", "day"]) }),
  z.strictObject({
    type: z.literal("command"),
    command: z.enum([
      "connectLangflow",
      "disconnectLangflow",
      "pushAnalysisFlow",
      "runFlow",
      "openFlow",
      "copyEndpoint",
      "analyzeWorkspace",
      "restartServer",
      "showLog",
    ]),
  }),
]);
export type PanelRequest = z.infer<typeof PanelRequest>;
export type PanelCommand = Extract<PanelRequest, { type: "command" }>["command"];
