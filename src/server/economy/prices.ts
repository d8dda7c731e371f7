import { calcPrice, findProvider, updatePrices, waitForUpdate } from "@pydantic/genai-prices";
import type { OwnPrice, OwnPrices } from "../../protocol/ownPrices.ts";
import type { PriceListFacts, ShownModel } from "../../protocol/prices.ts";
import { decimalOf, picoOf, picoOfDecimal } from "./money.ts";
import { countModels, shownPrice } from "./priceList.ts";
import type { KeptList } from "./priceList.ts";
import type { RunUse } from "./rows.ts";

/** The pinned version of the price data. */
export const priceVersion = "0.1.8";

/** Day on which the pinned version of the price data was published. */
export const priceDate = "2026-09-23";

const pinned = { version: priceVersion, date: priceDate, updated: false };
const pinnedProviders = waitForUpdate();
let inUse = pinned;

/** From now on an updated list is used, or the pinned one: without another, or when the product is newer than that. */
export async function useList(kept: KeptList | undefined): Promise<void> {
  const isNewer = kept !== undefined && kept.date >= priceDate;
  const providers = isNewer ? kept.providers : await pinnedProviders;
  updatePrices(({ setProviderData }) => {
    setProviderData(providers);
  });
  inUse = isNewer ? { version: kept.version, date: kept.date, updated: true } : pinned;
}

/** Version and date of the list that prices now. */
export function listVersion(): Pick<PriceListFacts, "version" | "date" | "updated"> {
  return inUse;
}

/** The data of the list that prices now. */
export async function listProviders() {
  return (await waitForUpdate()) ?? [];
}

export async function listFacts(): Promise<PriceListFacts> {
  return { ...inUse, models: countModels(await listProviders()) };
}

/** What `run_models.price_date` says of a cost by the user's own prices. */
export const ownSource = "own";

interface PricedTokens {
  /** Those of the cache included. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

export interface Cost {
  /** 10^-12 dollars; undefined where no price is known: never 0 for want of a price. */
  readonly pico: bigint | undefined;
  /** The date of the price list, with the user's discount if any, or `own`. */
  readonly source: string;
}

// As the price data, which its package keeps for the whole thread, so are the user's own prices.
let own: OwnPrices = [];

/** From now on these go before the price list. */
export function useOwnPrices(prices: OwnPrices): void {
  own = prices;
}

/** The cost of one request, by the price of its time. */
export function costOf(model: string, tokens: PricedTokens, at: Date): Cost {
  const entry = own.find((each) => fits(each, model));
  if (entry?.free) return { pico: 0n, source: ownSource };
  if (entry?.discount === undefined && entry) return { pico: ownCost(entry, tokens), source: ownSource };
  const found = listPrice(model, tokens, at);
  const pico = found && picoOf(found.total_price);
  if (entry?.discount === undefined) return { pico, source: inUse.date };
  const percent = String(entry.discount);
  return { pico: pico && discounted(pico, percent), source: `${inUse.date} -${percent}%` };
}

/** The cost of all requests of a component in a run to one model, each by its own size; unknown when that of one is. */
export function costOfCalls({ model, calls }: RunUse, at: Date): Cost {
  let pico: bigint | undefined = 0n;
  let source = inUse.date;
  for (const { inputTokens: input, outputTokens: output, cacheRead, cacheWrite } of calls) {
    const cost = costOf(model, { input, output, cacheRead, cacheWrite }, at);
    pico = pico === undefined || cost.pico === undefined ? undefined : pico + cost.pico;
    source = cost.source;
  }
  return { pico, source };
}

/** The same of requests of which only the total is known; unknown where the size of each decides on the price. */
export function costOfTotal(model: string, tokens: PricedTokens, at: Date): Cost {
  const cost = costOf(model, tokens, at);
  if (cost.source === ownSource) return cost;
  const prices = Object.entries(listPrice(model, tokens, at)?.model_price ?? {});
  const byRequest = prices.some(
    ([key, price]) =>
      (key === "requests_kcount" && price !== 0) ||
      (typeof price === "object" && price.tiers.some(({ start }) => tokens.input > start)),
  );
  return byRequest ? { ...cost, pico: undefined } : cost;
}

/** What a million tokens of a model cost now, and where that is from. */
export function shownModel(model: string, at: Date): Pick<ShownModel, "source" | "discount" | "price"> {
  const entry = own.find((each) => fits(each, model));
  if (entry?.free) return { source: "own", price: { input: "0", output: "0" } };
  if (entry && entry.discount === undefined) {
    const { input, output, cacheRead, cacheWrite } = entry;
    const fields = Object.entries({ input, output, cacheRead, cacheWrite }).flatMap(([field, price]) =>
      price === undefined ? [] : [[field, decimalOf(picoOfDecimal(String(price)))] as const],
    );
    return { source: "own", price: Object.fromEntries(fields) };
  }
  const found = listPrice(model, { input: 1, output: 1 }, at);
  if (!found) return { source: "unknown" };
  const price = shownPrice(found.model_price);
  if (entry?.discount === undefined) return { source: "list", price };
  const percent = String(entry.discount);
  const { tiers, ...amounts } = price;
  const reduced = Object.entries(amounts).map(
    ([field, amount]) => [field, decimalOf(discounted(picoOfDecimal(amount), percent))] as const,
  );
  return { source: "list", discount: percent, price: { ...Object.fromEntries(reduced), ...(tiers && { tiers }) } };
}

/** US dollars for one request, or "unknown". */
export function priceOf(model: string, tokens: PricedTokens, at: Date): number | "unknown" {
  const { pico } = costOf(model, tokens, at);
  return pico === undefined ? "unknown" : Number(pico) / 1e12;
}

/** Who offers a model: by the price list, or as its name says. */
export function providerOf(model: string, at: Date): string | undefined {
  return listPrice(model, { input: 1, output: 1 }, at)?.provider.id ?? partsOf(model).provider?.toLowerCase();
}

/** What the price data says of a request; undefined where it has no such model. */
export function listPrice(model: string, tokens: PricedTokens, at: Date) {
  const usage = {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    ...(tokens.cacheRead !== undefined && { cache_read_tokens: tokens.cacheRead }),
    ...(tokens.cacheWrite !== undefined && { cache_write_tokens: tokens.cacheWrite }),
  };
  const { provider = "", name } = partsOf(model);
  try {
    return (
      calcPrice(usage, model, { timestamp: at }) ??
      (provider === "" ? null : calcPrice(usage, name, { timestamp: at, providerId: provider })) ??
      undefined
    );
  } catch {
    return undefined;
  }
}

/** Langflow and gateways write `provider/model` or `provider:model`. */
function partsOf(model: string): { readonly provider?: string; readonly name: string } {
  const [, provider, name] = /^([^/:]+)[/:](.+)$/.exec(model) ?? [];
  return provider === undefined || name === undefined ? { name: model } : { provider, name };
}

function fits({ model: glob, provider }: OwnPrice, model: string): boolean {
  const { provider: written, name } = partsOf(model);
  if (glob !== undefined && !matches(glob, model) && !matches(glob, name)) return false;
  if (provider === undefined || written?.toLowerCase() === provider.toLowerCase()) return true;
  return written === undefined && findProvider({ modelId: model.toLowerCase() })?.id === provider.toLowerCase();
}

/** Whether a text fits a pattern in which * stands for any characters; case does not matter. Linear in the text for each star. */
function matches(glob: string, text: string): boolean {
  const [first = "", ...rest] = glob.toLowerCase().split("*");
  const whole = text.toLowerCase();
  const last = rest.pop();
  if (last === undefined) return whole === first;
  if (!whole.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = whole.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return whole.length - last.length >= at && whole.endsWith(last);
}

/** Exact: a price for a million tokens in 10^-6 dollars is one for a token in 10^-12. */
function ownCost({ input, output, cacheRead, cacheWrite }: OwnPrice, tokens: PricedTokens): bigint | undefined {
  if (input === undefined || output === undefined) return undefined;
  const { cacheRead: read = 0, cacheWrite: written = 0 } = tokens;
  const uncached = tokens.input - read - written;
  const parts = [
    [input, uncached],
    [cacheRead ?? input, read],
    [cacheWrite ?? input, written],
    [output, tokens.output],
  ] as const;
  // An estimate by an average call has fractions of tokens.
  if (parts.some(([, count]) => count < 0)) return undefined;
  return parts.reduce((sum, [price, count]) => sum + picoPerToken(price) * BigInt(Math.round(count)), 0n);
}

function picoPerToken(price: string | number): bigint {
  return picoOfDecimal(String(price)) / 1_000_000n;
}

/** Rounded to the nearest 10^-12 dollars, half of one up. */
function discounted(pico: bigint, percent: string): bigint {
  const all = 10_000n;
  const off = picoOfDecimal(percent) / 10_000_000_000n;
  return (pico * (all - off) + all / 2n) / all;
}
