import { z } from "zod";
import type { LedgerSummary } from "./ledger.ts";
import type { CostPeriod } from "./periods.ts";
import type { Activity, WindowStatus } from "./status.ts";

export type CostState =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly summary: LedgerSummary }
  | { readonly state: "failed"; readonly message: string };

/** All that the panel shows. No token and no key is ever in it. */
export interface PanelState {
  readonly workspace: string;
  readonly status: WindowStatus;
  /** Why nothing runs and what to do, in words. */
  readonly advice?: string;
  readonly activities: readonly Activity[];
  readonly period: CostPeriod;
  readonly cost: CostState;
}

/** Extension → panel. */
export interface PanelMessage {
  readonly type: "state";
  readonly state: PanelState;
}

/** Panel → extension: the page can only ask for these. */
export const PanelRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("period"), period: z.enum(["day", "week", "month"]) }),
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
