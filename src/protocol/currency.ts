import { decimalOf, decimals } from "./dollars.ts";

/** What amounts are shown in. What is stored, and every limit that a user sets, is in US dollars. */
export interface Currency {
  /** Of ISO 4217. */
  readonly code: string;
  /** Units of it for one US dollar, a decimal. */
  readonly rate: string;
}

export const usDollars: Currency = { code: "USD", rate: "1" };

export function isCurrencyCode(code: string): boolean {
  return Intl.supportedValuesOf("currency").includes(code);
}

/** At most nine digits and twelve decimals; 0 stands for none. */
export function isExchangeRate(rate: string): boolean {
  return /^\d{1,9}(\.\d{1,12})?$/.test(rate);
}

/** Undefined for a currency whose rate nobody gave. US dollars need none, and have no other. */
export function currencyOf(code: string, rate: string): Currency | undefined {
  if (code === usDollars.code) return usDollars;
  return isCurrencyCode(code) && isExchangeRate(rate) && Number(rate) > 0 ? { code, rate } : undefined;
}

/** US dollars, a decimal of at most twelve digits after the point, in the currency. Nothing is rounded. */
export function inCurrency(amount: string, { rate }: Currency): string {
  const [dollars, units] = [amount, rate].map((decimal) => {
    const [whole = "", fraction = ""] = decimal.split(".");
    return BigInt(whole + fraction.padEnd(decimals, "0"));
  });
  return decimalOf((dollars ?? 0n) * (units ?? 0n), 2 * decimals);
}
