import { z } from "zod";

/** Six decimals of a price for a million tokens are whole 10^-12 dollars for one. */
const price = 'must be US dollars for a million tokens, such as 2.5 or "0.15", with at most six decimals';
const Price = z
  .union([z.string(), z.number()], price)
  .refine((value) => /^\d{1,9}(\.\d{1,6})?$/.test(String(value)), price);

const percent = "must be a percentage from 0 to 100, with at most two decimals";
const Percent = z
  .union([z.string(), z.number()], percent)
  .refine((value) => /^\d{1,3}(\.\d{1,2})?$/.test(String(value)) && Number(value) <= 100, percent);

const kinds = "must have one of: input and output, discount, free";

const OwnPrice = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .max(200)
      .exactOptional()
      .describe("Name of a model, with or without its provider; * stands for any characters"),
    provider: z.string().min(1).max(100).exactOptional().describe("Name of a provider, such as openai"),
    input: Price.exactOptional().describe("US dollars for a million tokens that the model reads"),
    output: Price.exactOptional().describe("US dollars for a million tokens that the model writes"),
    cacheRead: Price.exactOptional().describe("The same for tokens read from a cache; `input` without"),
    cacheWrite: Price.exactOptional().describe("The same for tokens written to a cache; `input` without"),
    discount: Percent.exactOptional().describe("Percent off the price list"),
    free: z.literal(true, "must be true, or left out").exactOptional().describe("Costs nothing, as a local model"),
  })
  .refine(({ model, provider }) => (model ?? provider) !== undefined, "must have a model or a provider")
  .refine(({ input, output, cacheRead, cacheWrite, discount, free }) => {
    const prices = [input, output, cacheRead, cacheWrite].filter((each) => each !== undefined);
    const isPriced = input !== undefined && output !== undefined;
    if (prices.length > 0 && !isPriced) return false;
    return [isPriced, discount !== undefined, free !== undefined].filter(Boolean).length === 1;
  }, kinds);
export type OwnPrice = Readonly<z.output<typeof OwnPrice>>;

/** A user's own prices; of several that fit a model, the first counts. */
export const OwnPrices = z.array(OwnPrice).max(200);
export type OwnPrices = readonly OwnPrice[];

/** What is wrong with a value of the setting, with the entry that it is about; undefined when it fits. */
export function ownPricesProblem(value: unknown): string | undefined {
  const [issue] = OwnPrices.safeParse(value).error?.issues ?? [];
  if (!issue) return undefined;
  const [index, ...field] = issue.path;
  if (typeof index !== "number") return "must be a list of prices";
  const entry: unknown = Array.isArray(value) ? value[index] : undefined;
  const where = `entry ${String(index + 1)}${nameOf(entry)}`;
  return `${where}: ${[...field.map(String), issue.message].join(" ")}`;
}

function nameOf(entry: unknown): string {
  const named = z.looseObject({ model: z.string().optional(), provider: z.string().optional() }).safeParse(entry);
  const name = named.data?.model ?? named.data?.provider;
  return name === undefined ? "" : ` (${name.slice(0, 100)})`;
}
