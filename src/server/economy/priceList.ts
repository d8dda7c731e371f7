import { createHash } from "node:crypto";
import type { MatchLogic } from "@pydantic/genai-prices";
import { z } from "zod";
import type { ModelPrice, PriceChanges } from "../../protocol/prices.ts";
import { ToolError } from "../platform/errors.ts";
import { decimalOf, picoOf } from "./money.ts";

// What is taken of a newer price list: no more than pricing a request reads.

const Match: z.ZodType<MatchLogic> = z.lazy(() =>
  z.union([
    z.strictObject({ equals: z.string() }),
    z.strictObject({ starts_with: z.string() }),
    z.strictObject({ ends_with: z.string() }),
    z.strictObject({ contains: z.string() }),
    z.strictObject({ regex: z.string().refine(isPattern) }),
    z.strictObject({ or: z.array(Match) }),
    z.strictObject({ and: z.array(Match) }),
  ]),
);

const Amount = z.number().min(0).max(1e9);
const Prices = z.record(
  z.string(),
  z.union([Amount, z.object({ base: Amount, tiers: z.array(z.object({ start: z.int().min(0), price: Amount })) })]),
);
const Constraint = z.union([
  z.object({ type: z.literal("start_date").default("start_date"), start_date: z.iso.date() }),
  z.object({ type: z.literal("time_of_date").default("time_of_date"), start_time: z.string(), end_time: z.string() }),
]);
const Model = z.object({
  id: z.string().min(1).max(200),
  match: Match,
  prices: z.union([z.array(z.object({ constraint: Constraint.exactOptional(), prices: Prices })).min(1), Prices]),
});
const Provider = z.object({
  id: z.string().min(1).max(100),
  name: z.string(),
  api_pattern: z.string().refine(isPattern),
  model_match: Match.exactOptional(),
  provider_match: Match.exactOptional(),
  fallback_model_providers: z.array(z.string()).exactOptional(),
  models: z.array(Model),
});
const Providers = z.array(Provider).min(1);
export type Providers = z.output<typeof Providers>;

/** A list as it is kept in the data folder. */
const KeptList = z.object({ version: z.string(), date: z.iso.date(), providers: Providers });
export type KeptList = z.output<typeof KeptList>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

export function readKeptList(text: string): KeptList {
  return KeptList.parse(JSON.parse(text));
}

/** A newer list as it was downloaded, refused when it is none or knows fewer models than the one in use. */
export function newList(text: string, { date, least }: { readonly date: string; readonly least: number }): KeptList {
  const { data: providers, error } = Providers.safeParse(jsonOf(text));
  if (!providers) {
    const { path = [] } = error.issues[0] ?? {};
    const where = path.length === 0 ? "" : ` at ${path.join(".").slice(0, 100)}`;
    throw refused(`This is not a price list of genai-prices${where}.`);
  }
  const models = countModels(providers);
  if (models < least) {
    throw refused(
      `The list has ${String(models)} models, fewer than the ${String(least)} of the list in use: it is older, or not whole.`,
    );
  }
  return { version: createHash("sha256").update(text).digest("hex").slice(0, 12), date, providers };
}

function refused(message: string): ToolError {
  return new ToolError(
    "INVALID_ARGUMENT",
    `${message} The prices stay as they are.`,
    "Try again later, or give the file prices/new_data/v2/data.json of the project pydantic/genai-prices with --from FILE.",
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function countModels(providers: readonly { readonly models: readonly unknown[] }[]): number {
  return providers.reduce((sum, { models }) => sum + models.length, 0);
}

/** Both as they were checked, so that what the package adds to its own makes no difference. */
export function compareLists(before: unknown, after: Providers): Pick<PriceChanges, "added" | "removed" | "changed"> {
  const [old, now] = [pricesByName(Providers.parse(before)), pricesByName(after)];
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now].flatMap(([model, prices]) => {
      const was = old.get(model);
      if (was === undefined || sorted(was) === sorted(prices)) return [];
      return [{ model, before: shownPrice(newest(was)), after: shownPrice(newest(prices)) }];
    }),
  };
}

type ModelPrices = z.output<typeof Model>["prices"];

function pricesByName(providers: Providers): ReadonlyMap<string, ModelPrices> {
  return new Map(
    providers.flatMap(({ id, models }) => models.map((model) => [`${id}/${model.id}`, model.prices] as const)),
  );
}

function newest(prices: ModelPrices): z.output<typeof Prices> {
  return Array.isArray(prices) ? (prices.at(-1)?.prices ?? {}) : prices;
}

/** As text in which the order of keys makes no difference. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

type ListPrices = Readonly<Record<string, number | Readonly<{ base: number; tiers: readonly unknown[] }> | undefined>>;

/** The prices of a model in the data, for a million tokens. */
export function shownPrice(prices: ListPrices): ModelPrice {
  const shown = Object.entries({
    input: "input",
    output: "output",
    cacheRead: "cache_read",
    cacheWrite: "cache_write",
  });
  const fields = shown.flatMap(([field, key]) => {
    const price = prices[`${key}_mtok`];
    if (price === undefined) return [];
    return [[field, decimalOf(picoOf(typeof price === "number" ? price : price.base))] as const];
  });
  const tiers = shown.some(([, key]) => typeof prices[`${key}_mtok`] === "object");
  return { ...Object.fromEntries(fields), ...(tiers && { tiers }) };
}
