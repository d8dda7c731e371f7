import type { CostForecast } from "../../../protocol/forecast.ts";
import type { CostTotals, PanelSlices } from "../../../protocol/panel.ts";
import type { CostPeriod, CostSplit } from "../../../protocol/periods.ts";
import type { WindowServer } from "../../server/windowServer.ts";
import { createStore } from "../../support/store.ts";
import type { Disposable, Store } from "../../support/store.ts";
import { answerOrProblem } from "./asked.ts";

export interface Cost extends Disposable {
  readonly state: Store<PanelSlices["cost"]>;
  /** Adds up now. */
  ask(): Promise<void>;
  choose(choice: { readonly period: CostPeriod } | { readonly split: CostSplit }): Promise<void>;
}

const periodMs: Readonly<Record<CostPeriod, number>> = {
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
  quarter: 90 * 86_400_000,
};
type Chosen = Pick<PanelSlices["cost"], "period" | "split">;

/** Calls come in bursts: the totals are asked for at most this often. */
const askEveryMs = 1_000;
/** A forecast is of 400 days, and a few more calls hardly change it. */
const forecastEveryMs = 60_000;

/** The totals of a period, asked for again after calls and changes of the server's state. */
export function followCost(server: WindowServer): Cost {
  const state = createStore<PanelSlices["cost"]>({
    period: "week",
    split: "model",
    totals: { state: "loading" },
  });
  let timer: NodeJS.Timeout | undefined;
  let forecast: { readonly value: CostForecast; readonly at: number } | undefined;

  async function forecastNow(): Promise<CostForecast> {
    if (forecast === undefined || Date.now() - forecast.at >= forecastEveryMs)
      forecast = { value: await server.operate("cost.forecast", {}), at: Date.now() };
    return forecast.value;
  }

  async function totalsOf({ period, split }: Chosen): Promise<CostTotals> {
    const now = Date.now();
    const from = new Date(now - periodMs[period]).toISOString();
    const time = period === "day" ? "hour" : "day";
    return answerOrProblem(async () => {
      const [summary, report, budgets, expected] = await Promise.all([
        server.operate("ledger.summary", { since: from }),
        server.operate("ledger.cost", { from, to: new Date(now + 1).toISOString(), by: [time, split] }),
        server.operate("budgets.list", {}),
        forecastNow(),
      ]);
      return { summary, report, budgets, forecast: expected };
    });
  }

  async function ask(): Promise<void> {
    timer = undefined;
    if (server.status.get().server.state !== "running") return;
    const { period, split } = state.get();
    const totals = await totalsOf({ period, split });
    // Another choice may have been made meanwhile; its own totals are on their way.
    const now = state.get();
    if (now.period === period && now.split === split) state.update(() => ({ period, split, totals }));
  }

  const askSoon = () => {
    timer ??= setTimeout(() => void ask(), askEveryMs);
  };
  const followed = [server.status.onChange(askSoon), server.activities.onChange(askSoon)];
  return {
    state,
    ask,
    choose(choice) {
      state.update((before) => ({ ...before, ...choice, totals: { state: "loading" } }));
      return ask();
    },
    dispose() {
      clearTimeout(timer);
      for (const each of followed) each.dispose();
    },
  };
}
