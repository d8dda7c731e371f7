import type { ModelPrice, PriceChanges, PriceListFacts, PricesShown, ShownModel } from "../../protocol/prices.ts";
import { defineOperation } from "./defineOperation.ts";

export const priceOperations = [
  defineOperation("prices.show", {
    needs: ["ledger"],
    command: { group: "prices", name: "show", argument: "model", show: describePrices },
    run: ({ model }, { caller }, { ledger }) => ledger.prices(model, caller.principal),
  }),
  defineOperation("prices.update", {
    needs: ["priceUpdates"],
    command: { group: "prices", name: "update", show: describeChanges },
    run: (params, { caller, signal }, { priceUpdates }) => priceUpdates.update({ ...params, signal }, caller.principal),
  }),
];

function describePrices({ list, models, unknownRuns }: PricesShown): string {
  return [
    describeList(list),
    ...(models.length === 0 ? ["No flow run has used a model yet."] : models.map(describeModel)),
    ...(unknownRuns > 0
      ? [`${countOf(unknownRuns, "run")} of unknown cost. Use \`prices update\` for newer prices.`]
      : []),
  ].join("\n");
}

function describeList({ version, date, updated, models }: PriceListFacts): string {
  const origin = updated ? "updated" : "part of the product";
  return `Price list ${version} of ${date} (${origin}), ${countOf(models, "model")}. US dollars for a million tokens:`;
}

function describeModel({ model, source, discount, price, runs, unknownRuns }: ShownModel): string {
  const origin = { list: "list", own: "own price", unknown: "no price is known" }[source];
  const facts = [discount === undefined ? origin : `${origin} less ${discount}%`, countOf(runs, "run")];
  const unknown = unknownRuns > 0 ? [`${String(unknownRuns)} of unknown cost`] : [];
  return `${model}  ${price ? `${describePrice(price)}  ` : ""}(${[...facts, ...unknown].join(", ")})`;
}

function describePrice({ input, output, cacheRead, cacheWrite, tiers }: ModelPrice): string {
  const kinds = Object.entries({ input, output, "cache read": cacheRead, "cache write": cacheWrite });
  const known = kinds.flatMap(([kind, price]) => (price === undefined ? [] : [`${kind} $${price}`]));
  return [...known, ...(tiers ? ["more for large calls"] : [])].join(", ") || "not by tokens";
}

/** As many as are listed of each; `--json` has all. */
const listed = 20;

function describeChanges({ list, added, removed, changed, priced, unknownRuns }: PriceChanges): string {
  const changes = changed.map(
    ({ model, before, after }) => `  ${model}: ${describePrice(before)} → ${describePrice(after)}`,
  );
  return [
    `Price list ${list.version} of ${list.date}, ${countOf(list.models, "model")}.`,
    ...section(
      "added",
      added.map((model) => `  ${model}`),
    ),
    ...section(
      "removed",
      removed.map((model) => `  ${model}`),
    ),
    ...section("with another price", changes),
    ...(priced > 0 ? [`${countOf(priced, "run")} of unknown cost got a price.`] : []),
    ...(unknownRuns > 0 ? [`${countOf(unknownRuns, "run")} of unknown cost left.`] : []),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  const more = lines.length - listed;
  return [
    `${countOf(lines.length, "model")} ${title}${lines.length === 0 ? "." : ":"}`,
    ...lines.slice(0, listed),
    ...(more > 0 ? [`  and ${String(more)} more`] : []),
  ];
}

function countOf(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
