import { inCurrency, usDollars } from "./currency.ts";
import type { Currency } from "./currency.ts";
import { decimalOf, decimals, picoOfDecimal } from "./dollars.ts";

/** Making one takes longer than to format with it a hundred times, and none is needed for the activation. */
let numbers: Intl.NumberFormat | undefined;
let clocks: Intl.DateTimeFormat | undefined;

/** Numbers as people read them, one format in panel, reports, status bar and command line. */
export function count(value: number | undefined): string {
  if (value === undefined) return "–";
  numbers ??= new Intl.NumberFormat("en-US");
  return numbers.format(value);
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${String(hours)} h ${String(minutes % 60)} min`;
  return `${String(Math.floor(hours / 24))} days`;
}

/** Whole units: a clock that ticks needs no fractions. */
export function elapsed(ms: number): string {
  return ms < 60_000 ? `${String(Math.max(0, Math.floor(ms / 1_000)))} s` : duration(ms);
}

export function ago(iso: string, now: number): string {
  const ms = Math.max(0, now - Date.parse(iso));
  return ms < 2_000 ? "just now" : `${elapsed(ms)} ago`;
}

export function clock(iso: string): string {
  const twoDigits = "2-digit";
  clocks ??= new Intl.DateTimeFormat([], { hour: twoDigits, minute: twoDigits, second: twoDigits, hour12: false });
  return clocks.format(new Date(iso));
}

/** The time alone of today, with its day before that. */
export function clockOrDay(iso: string, now: Date): string {
  const at = new Date(iso);
  if (at.toDateString() === now.toDateString()) return clock(iso);
  return `${at.toLocaleDateString("en-US", { month: "short", day: "numeric" })}, ${clock(iso)}`;
}

export function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [String(at.getFullYear()), two(at.getMonth() + 1), two(at.getDate())].join("-");
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** US dollars in the currency that they are shown in. */
export function money(cost: string | number | undefined, currency: Currency): string {
  if (cost === undefined) return "–";
  if (cost === "unknown") return "unknown";
  // A number is what is left of an amount that was exact.
  return amountIn(Number(inCurrency(typeof cost === "number" ? cost.toFixed(decimals) : cost, currency)), currency);
}

/** Of an amount that is in the currency already. */
export function amountIn(value: number, { code }: Currency): string {
  const unit = code === usDollars.code ? "$" : `${code} `;
  if (value === 0) return `${unit}0`;
  if (value < 0.0001) return `< ${unit}0.0001`;
  return `${unit}${value.toFixed(value < 0.1 ? 4 : 2)}`;
}

/** What is known of a cost, in words; a cost is null where a part of it is not known. */
export function knownCost(costs: readonly (string | null)[], currency: Currency): string {
  const pico = costs.reduce((sum, cost) => sum + (cost === null ? 0n : picoOfDecimal(cost)), 0n);
  const exact = inCurrency(decimalOf(pico), currency);
  if (costs.every((cost) => cost !== null)) return amountIn(Number(exact), currency);
  return pico === 0n ? "unknown" : `over ${amountIn(Number(roundedDown(exact)), currency)}`;
}

/** As short as it is shown: "over" must not name more than there is. */
function roundedDown(exact: string): string {
  const [whole = "0", fraction = ""] = exact.split(".");
  return `${whole}.${fraction.slice(0, Number(exact) < 0.1 ? 4 : 2)}`;
}

/** Of past runs: "$0.42 ($0.10 to $0.90)". */
export function costRange(
  { low, median, high }: Record<"low" | "median" | "high", string>,
  currency: Currency,
): string {
  const [least, middle, most] = [low, median, high].map((amount) => money(amount, currency));
  return `${String(middle)} (${String(least)} to ${String(most)})`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** In powers of 1024, as systems show memory. */
export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${scaled.toFixed(scaled < 10 && power > 0 ? 1 : 0)} ${units[power] ?? ""}`;
}

interface CostOfRun {
  readonly cost: string | null;
  readonly files: readonly { readonly path: string; readonly share: number }[];
}

/** In a sentence; undefined for a run that called no model. */
export function costOfRun({ cost, files }: CostOfRun, currency: Currency): string | undefined {
  if (cost === "0") return undefined;
  const what = cost === null ? "The cost of this run is not wholly known" : `This run cost ${money(cost, currency)}`;
  if (files.length === 0) return `${what}.`;
  const share = percent(files.reduce((sum, file) => sum + file.share, 0));
  const names = files.map(({ path }) => path).join(", ");
  return `${what}, ${share} of it for ${files.length === 1 ? names : `${String(files.length)} files: ${names}`}.`;
}
