import { calcPrice } from "@pydantic/genai-prices";

/** The pinned version of the price data. */
export const priceVersion = "0.1.8";

/** Day on which the pinned version of the price data was published. */
export const priceDate = "2026-09-23";

interface PricedTokens {
  /** Those of the cache included. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** US dollars for one request, or "unknown" where the price data has no such model: never 0 for want of a price. */
export function priceOf(model: string, tokens: PricedTokens, at: Date): number | "unknown" {
  const usage = {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    ...(tokens.cacheRead !== undefined && { cache_read_tokens: tokens.cacheRead }),
    ...(tokens.cacheWrite !== undefined && { cache_write_tokens: tokens.cacheWrite }),
  };
  // Langflow and gateways write `provider/model` or `provider:model`.
  const [, providerId = "", rest = ""] = /^([^/:]+)[/:](.+)$/.exec(model) ?? [];
  try {
    const found =
      calcPrice(usage, model, { timestamp: at }) ??
      (providerId === "" ? null : calcPrice(usage, rest, { timestamp: at, providerId }));
    return found ? found.total_price : "unknown";
  } catch {
    return "unknown";
  }
}
