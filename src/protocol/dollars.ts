/** Digits of US dollars that are stored: integers of 10^-12 are exact for prices of a million tokens with six decimals. */
export const decimals = 12;

/** A decimal of at most twelve digits after the point, such as "0.0123", in 10^-12 dollars. */
export function picoOfDecimal(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** US dollars as a decimal without zeros at its end: "0.0123", "0". `after` is how many digits are after the point. */
export function decimalOf(pico: bigint, after = decimals): string {
  const digits = String(pico).padStart(after + 1, "0");
  const fraction = digits.slice(-after).replace(/0+$/, "");
  const whole = digits.slice(0, -after);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Null when one of them is not known. */
export function sumDollars(amounts: readonly (string | null)[]): string | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length < amounts.length ? null : decimalOf(known.reduce((sum, each) => sum + picoOfDecimal(each), 0n));
}
