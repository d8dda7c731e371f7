/**
 * Tokens of a text in o200k_base, the encoding that answer budgets are counted in.
 * The encoder's tables take 150 ms to load, so they are loaded with the first count and not at start.
 */
export async function countTokens(text: string): Promise<number> {
  const { countTokens: count } = await import("gpt-tokenizer/encoding/o200k_base");
  return count(text, { disallowedSpecial: new Set() });
}
