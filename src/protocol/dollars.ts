import { money } from "./format.ts";

/** Digits of US dollars that are stored: integers of 10^-12 are exact for prices of a million tokens with six decimals. */
export const decimals = 12;

/** A decimal of at most twelve digits after the point, such as "0.0123", in 10^-12 dollars. */
export function picoOfDecimal(text: string): bigint {
  const [whole = "", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(decimals, "0"));
}

/** US dollars as a decimal without zeros at its end: "0.0123", "0". */
export function decimalOf(pico: bigint): string {
  const digits = String(pico).padStart(decimals + 1, "0");
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  const whole = digits.slice(0, -decimals);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** What is known of a cost, in words; a cost is null where a part of it is not known. */
export function knownCost(costs: readonly (string | null)[]): string {
  const pico = costs.reduce((sum, cost) => sum + (cost === null ? 0n : picoOfDecimal(cost)), 0n);
  const exact = decimalOf(pico);
  if (costs.every((cost) => cost !== null)) return money(Number(exact));
  return pico === 0n ? "unknown" : `over ${money(Number(roundedDown(exact)))}`;
}

/** As short as it is shown: "over" must not name more than there is. */
function roundedDown(exact: string): string {
  const [whole = "0", fraction = ""] = exact.split(".");
  const shown = Number(exact) < 0.1 ? 4 : 2;
  return decimalOf(picoOfDecimal(`${whole}.${fraction.slice(0, shown)}`));
}
