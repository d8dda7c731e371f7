import type { Currency } from "../../protocol/currency.ts";
import { costRange, count, money } from "../../protocol/format.ts";
import type { CostEstimate, ModelEstimate } from "../../protocol/estimate.ts";
import type { CostForecast } from "../../protocol/forecast.ts";
import { describeOptimizations } from "./optimizationText.ts";
import { ToolError } from "../platform/errors.ts";
import { defineOperation } from "./defineOperation.ts";

export const costOperations = [
  defineOperation("cost.forecast", {
    needs: ["ledger"],
    command: { group: "cost", name: "forecast", show: describeForecast },
    run: (_, { caller }, { ledger }) => ledger.forecast(new Date(), caller.principal),
  }),
  defineOperation("cost.estimate", {
    needs: ["estimates"],
    command: { group: "cost", name: "estimate", argument: "flow", show: describeEstimate },
    run: (params, { caller, signal }, { estimates }) => estimates.estimate({ ...params, signal }, caller.principal),
  }),
  defineOperation("cost.optimizations", {
    needs: ["optimizations"],
    command: { group: "cost", name: "optimizations", show: describeOptimizations },
    run({ apply, undo }, { caller: { principal }, signal }, { optimizations }) {
      if (apply !== undefined && undo !== undefined) {
        throw new ToolError("INVALID_ARGUMENT", "apply and undo exclude each other.", "Give one of them.");
      }
      if (apply !== undefined) return optimizations.apply(apply, { principal, signal });
      if (undo !== undefined) return optimizations.undo(undo, { principal, signal });
      return optimizations.report(principal);
    },
  }),
];

const periodNames = { day: "Today", week: "This week", month: "This month" } as const;

function describeForecast({ days, leastDays, unknownDays, periods }: CostForecast, currency: Currency): string {
  const shown = (amount: string) => money(amount, currency);
  const lines = periods.map(({ period, spent, expected, low, high }) => {
    const until = `${periodNames[period].padEnd(10)}  ${shown(spent)} spent`;
    if (expected === undefined || low === undefined || high === undefined) return until;
    return `${until}, ${shown(expected)} expected at its end, four of five times ${shown(low)} to ${shown(high)}`;
  });
  const unknown = unknownDays.length === 1 ? "1 day" : `${String(unknownDays.length)} days`;
  return [
    ...lines,
    days < leastDays
      ? `No forecast yet: the ledger has ${String(days)} whole days since the first flow run, and a forecast needs ${String(leastDays)}.`
      : `By ${String(days)} days of history.`,
    ...(unknownDays.length > 0 ? [`On ${unknown}, runs had an unknown cost, which is not in the figures.`] : []),
  ].join("\n");
}

function describeEstimate(estimate: CostEstimate, currency: Currency): string {
  const { flow, runs, inputTokens, models, cost, unknown } = estimate;
  const past = runs === 1 ? "its last run" : `its last ${count(runs)} runs`;
  return [
    `A run of ${flow.name}: ${cost === null ? "cost unknown" : `${costRange(cost, currency)}, by ${past}`}`,
    ...models.map((model) => describeModel(model, currency)),
    ...(inputTokens === undefined ? [] : [`The input has ${count(inputTokens)} tokens.`]),
    ...unknown,
  ].join("\n");
}

function describeModel({ model, input, output, cost, inputCost }: ModelEstimate, currency: Currency): string {
  const figures = [
    ...(input ? [`${tokens(input)} tokens in`] : []),
    ...(output ? [`${tokens(output)} out`] : []),
    ...(cost ? [costRange(cost, currency)] : ["cost unknown"]),
    ...(inputCost === undefined
      ? []
      : [`the input once ${inputCost === null ? "unknown" : money(inputCost, currency)}`]),
  ];
  return `  ${model}: ${figures.join(", ")}`;
}

function tokens({ low, median, high }: NonNullable<ModelEstimate["input"]>): string {
  return `${count(median)} (${count(low)} to ${count(high)})`;
}
