import { z } from "zod";
import type { BudgetState } from "./budgets.ts";
import type { CostReport } from "./cost.ts";
import type { Currency } from "./currency.ts";
import type { CostForecast } from "./forecast.ts";
import type { HealthRange, HealthReport, MachineSample } from "./health.ts";
import type { LedgerEntry, LedgerSummary } from "./ledger.ts";
import { MemoryExpiry, MemoryScope, MemoryTags, MemoryText } from "./memory.ts";
import type { Memory } from "./memory.ts";
import { costSplits } from "./periods.ts";
import type { CostPeriod, CostSplit } from "./periods.ts";
import type { Activity, EndpointStatus, ServerState } from "./status.ts";
import type { PanelTopic, Topics } from "./topics.ts";

/** What the server was asked for: on its way, there, or why it is not. */
type Asked<Facts> =
  | { readonly state: "loading" }
  | ({ readonly state: "ready" } & Facts)
  | { readonly state: "failed"; readonly message: string };

export type CostTotals = Asked<{
  readonly summary: LedgerSummary;
  readonly report: CostReport;
  readonly budgets: readonly BudgetState[];
  readonly forecast: CostForecast;
}>;

export type HealthFacts = Asked<{ readonly report: HealthReport; readonly samples: readonly MachineSample[] }>;

export type EntryFacts = Asked<{ readonly entry: LedgerEntry }>;

/** One page of the memories that fit, and how many fit. */
export type MemoryFacts = Asked<{ readonly memories: readonly Memory[]; readonly total: number }>;

/** Which memories the panel shows. */
export interface MemoryChoice {
  /** Every scope when left out. */
  readonly scope?: MemoryScope | undefined;
  /** Words, the best match first; the newest first when left out. */
  readonly query?: string | undefined;
  /** From 0. */
  readonly page: number;
}

/** What became of a change of one memory. */
interface MemoryChanged {
  readonly id: string;
  /** Its id now, which another text changes; left out when it was removed, or stays as it was. */
  readonly now?: string;
  /** Why it was not changed. */
  readonly problem?: string;
}

/** What the overview in the side bar adds up. */
export type OverviewFacts = Asked<{
  /** Since midnight, by model. */
  readonly today: CostReport;
  readonly budgets: readonly BudgetState[];
}>;

/** What a page shows, slice by slice: its own, and the server's topics for it. No token and no key is in any. */
export interface PanelSlices extends Pick<Topics, PanelTopic> {
  readonly window: {
    readonly workspace: string;
    readonly server: ServerState;
    readonly endpoint?: EndpointStatus;
    /** Why nothing runs and what to do, in words. */
    readonly advice?: string;
  };
  /** What amounts are shown in. */
  readonly currency: Currency;
  /** The newest first. What comes later is an `ActivityMessage`. */
  readonly activities: readonly Activity[];
  /** All that is known of the one that the page asked for. */
  readonly entry: { readonly id: string; readonly facts: EntryFacts };
  readonly cost: { readonly period: CostPeriod; readonly split: CostSplit; readonly totals: CostTotals };
  readonly health: { readonly range: HealthRange; readonly facts: HealthFacts };
  readonly memories: { readonly choice: MemoryChoice; readonly facts: MemoryFacts; readonly changed?: MemoryChanged };
  readonly overview: OverviewFacts;
}

export type SliceName = keyof PanelSlices;

/** Extension → page: the new value of one slice; absent while there is none. */
export interface SliceMessage<Name extends SliceName = SliceName> {
  readonly type: "slice";
  readonly name: Name;
  readonly value: PanelSlices[Name] | undefined;
}

/** Extension → page: entries that are new or changed, since all of them would be megabytes. */
export interface ActivityMessage {
  readonly type: "activity";
  readonly activities: readonly Activity[];
}

/** The parts of the panel that have settings of their own. */
export const settingsParts = ["connection", "activity", "cost", "health"] as const;
export type SettingsPart = (typeof settingsParts)[number];

const memoryId = z.string().min(1).max(64);

/** Page → extension: a page can only ask for these. */
export const PanelRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("period"), period: z.enum(["day", "week", "month", "quarter"]) }),
  z.strictObject({ type: z.literal("split"), split: z.enum(costSplits) }),
  z.strictObject({ type: z.literal("range"), range: z.enum(["hour", "day"]) }),
  z.strictObject({ type: z.literal("entry"), id: z.string().min(1).max(200) }),
  z.strictObject({
    type: z.literal("memories"),
    scope: MemoryScope.exactOptional(),
    query: z.string().min(1).max(1000).exactOptional(),
    page: z.int().min(0),
  }),
  z.strictObject({
    type: z.literal("editMemory"),
    id: memoryId,
    text: MemoryText,
    tags: MemoryTags,
    /** As it is when left out. */
    expires: z.union([MemoryExpiry, z.literal("never")]).exactOptional(),
  }),
  z.strictObject({ type: z.literal("removeMemory"), id: memoryId }),
  z.strictObject({ type: z.literal("exportMemories") }),
  z.strictObject({
    type: z.literal("exportChart"),
    name: z.string().min(1).max(200),
    format: z.enum(["csv", "png"]),
    /** Text, or the base64 of a picture. */
    content: z.string().max(50_000_000),
  }),
  z.strictObject({ type: z.literal("settings"), part: z.enum(settingsParts) }),
  z.strictObject({ type: z.literal("window"), action: z.enum(["trust", "openFolder"]) }),
  z.strictObject({
    type: z.literal("command"),
    command: z.enum([
      "connectLangflow",
      "disconnectLangflow",
      "pushAnalysisFlow",
      "runFlow",
      "openFlow",
      "openPanel",
      "copyEndpoint",
      "analyzeWorkspace",
      "restartServer",
      "showLog",
    ]),
  }),
]);
export type PanelRequest = z.infer<typeof PanelRequest>;
export type PanelCommand = Extract<PanelRequest, { type: "command" }>["command"];

/** Page of a flow's graph → extension. */
export const GraphRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  /** Selects a component or a note in the text; with `focus` the keyboard goes there. */
  z.strictObject({ type: z.literal("select"), id: z.string().min(1).max(1000), focus: z.boolean() }),
  /** The user is asked with what. */
  z.strictObject({ type: z.literal("compare") }),
  z.strictObject({ type: z.literal("stopComparing") }),
  /** The picture of the whole flow: text, or the base64 of a PNG. */
  z.strictObject({ type: z.literal("save"), format: z.enum(["svg", "png"]), content: z.string().max(100_000_000) }),
]);
export type GraphRequest = z.infer<typeof GraphRequest>;

/** Page of a playground → extension. */
export const PlaygroundRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("ask"), text: z.string().min(1).max(1_000_000) }),
  z.strictObject({ type: z.literal("stop") }),
  z.strictObject({ type: z.literal("answer"), action: z.string().min(1).max(1000) }),
  z.strictObject({ type: z.literal("newSession") }),
]);
export type PlaygroundRequest = z.infer<typeof PlaygroundRequest>;
