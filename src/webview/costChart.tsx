import { useMemo, useState } from "react";
import { usDollars } from "../protocol/currency.ts";
import type { Currency } from "../protocol/currency.ts";
import { amountIn, count, duration } from "../protocol/format.ts";
import type { CostReport } from "../protocol/cost.ts";
import { costSplits } from "../protocol/periods.ts";
import type { CostSplit } from "../protocol/periods.ts";
import { costSeries, isTime, measuresOf, shortTime } from "./costSeries.ts";
import type { Amount, CostSeries, Measure, TimeKey } from "./costSeries.ts";
import { ChartView } from "./chartView.tsx";
import { Select } from "./select.tsx";
import { send, useCurrency } from "./slices.ts";

interface CostChartProps {
  readonly report: CostReport;
  readonly split: CostSplit;
  readonly by: TimeKey;
}

const measures: Readonly<Record<Measure, string>> = {
  cost: "Cost of runs",
  tokens: "Tokens",
  runTime: "Average time of a run",
  callTime: "Average time of a tool call",
};

/** Stacked bars, or lines of averages, by day or hour, and the same as a table. */
export function CostChart({ report, split, by }: CostChartProps) {
  const [chosen, setMeasure] = useState<Measure>("cost");
  const known = measuresOf(split);
  const measure = known.includes(chosen) ? chosen : (known[0] ?? "tokens");
  return (
    <figure className="chart">
      <figcaption>
        <Select
          label="Show"
          value={measure}
          names={known}
          words={(name) => measures[name]}
          onChoose={(name) => {
            setMeasure(name);
          }}
        />{" "}
        <Select
          label="by"
          value={split}
          names={costSplits}
          onChoose={(chosen) => {
            send({ type: "split", split: chosen });
          }}
        />
      </figcaption>
      <Drawn report={report} measure={measure} split={split} by={by} />
    </figure>
  );
}

function Drawn({ report, measure, split, by }: CostChartProps & { readonly measure: Measure }) {
  const currency = useCurrency();
  const drawn = useMemo(() => {
    const series = costSeries(report, { currency, measure, split, by });
    const label = `${measures[measure]} by ${by} and ${split}`;
    return { series, chart: chartOf(series, { currency, measure, by, label }) };
  }, [report, currency, measure, split, by]);
  const { series, chart } = drawn;
  const shortTimes = useMemo(() => series.times.map((time) => shortTime(time, by)), [series, by]);
  if (series.parts.length === 0) {
    const runs = measure === "cost" || measure === "runTime";
    return <p className="empty">{runs ? "No flow was run in this period." : "Nothing was used in this period."}</p>;
  }
  return (
    <ChartView chart={chart} shortTimes={shortTimes}>
      <Missing series={series} measure={measure} />
    </ChartView>
  );
}

interface Drawing {
  /** Of the amounts. */
  readonly currency: Currency;
  readonly measure: Measure;
  readonly by: TimeKey;
  readonly label: string;
}

function chartOf({ times, parts }: CostSeries, { currency, measure, by, label }: Drawing) {
  const isLine = isTime(measure);
  const amount = (part: number, time: number) => parts[part]?.amounts[time] ?? { value: 0, whole: true };
  return {
    label,
    kind: isLine ? ("lines" as const) : ("bars" as const),
    times,
    parts: parts.map(({ name, amounts }) => ({
      name,
      // A day without a run has no average.
      values: amounts.map(({ value }) => (isLine && value === 0 ? null : value)),
    })),
    axis: (value: number) => axisText(value, measure, currency),
    words: (part: number, time: number) => words(amount(part, time), measure, currency),
    timeUnit: by === "day" ? "Day" : "Hour",
    valueUnit: isLine ? "ms" : measure === "tokens" ? "tokens" : currency.code,
    cell: (part: number, time: number) => cell(amount(part, time), measure),
  };
}

interface MissingProps {
  readonly series: CostSeries;
  readonly measure: Measure;
}

/** What no bar can show. */
function Missing({ series: { parts }, measure }: MissingProps) {
  const names = parts.filter(({ amounts }) => amounts.some(({ whole }) => !whole)).map(({ name }) => name);
  if (names.length === 0) return null;
  const what = measure === "cost" ? "a price or tokens that are not known" : "tokens that are not known";
  return (
    <p className="empty">
      Not in the bars: runs with {what} ({names.join(", ")}).
    </p>
  );
}

/** A part that is not known is said, never shown as nothing. */
function words({ value, whole }: Amount, measure: Measure, currency: Currency): string {
  if (whole) return format(value, measure, currency);
  return value === 0 ? "unknown" : `over ${format(value, measure, currency)}`;
}

/** The same in a file. */
function cell({ value, whole }: Amount, measure: Measure): string {
  if (isTime(measure) && value === 0) return "";
  const number = String(Number(value.toFixed(12)));
  if (whole) return number;
  return value === 0 ? "unknown" : `over ${number}`;
}

function format(value: number, measure: Measure, currency: Currency): string {
  if (isTime(measure)) return value === 0 ? "-" : duration(value);
  return measure === "tokens" ? count(value) : amountIn(value, currency);
}

function axisText(value: number, measure: Measure, { code }: Currency): string {
  if (isTime(measure)) return duration(value);
  if (measure === "tokens") return count(value);
  const amount = value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  return code === usDollars.code ? `$${amount}` : `${code} ${amount}`;
}
