import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
} from "chart.js";
import { PointElement, Tooltip } from "chart.js";
import { useEffect, useRef, useState } from "react";
import { count, duration, money } from "../protocol/format.ts";
import type { CostReport } from "../protocol/cost.ts";
import { costSplits } from "../protocol/periods.ts";
import type { CostSplit } from "../protocol/periods.ts";
import { costSeries, isTime, measuresOf, shortTime } from "./costSeries.ts";
import type { Amount, CostSeries, Measure, TimeKey } from "./costSeries.ts";
import { send } from "./slices.ts";

Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
Chart.register(CategoryScale, Legend, LinearScale, Tooltip);

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
  const series = costSeries(report, { measure, split, by });
  return (
    <figure className="chart">
      <figcaption>
        <label>
          Show{" "}
          <select
            value={measure}
            onChange={({ target }) => {
              const found = known.find((each) => each === target.value);
              if (found) setMeasure(found);
            }}
          >
            {known.map((each) => (
              <option value={each} key={each}>
                {measures[each]}
              </option>
            ))}
          </select>
        </label>{" "}
        <label>
          by{" "}
          <select
            value={split}
            onChange={({ target }) => {
              const found = costSplits.find((each) => each === target.value);
              if (found) send({ type: "split", split: found });
            }}
          >
            {costSplits.map((each) => (
              <option value={each} key={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      </figcaption>
      {series.parts.length === 0 ? (
        <p className="empty">
          {measure === "cost" || measure === "runTime"
            ? "No flow was run in this period."
            : "Nothing was used in this period."}
        </p>
      ) : (
        <>
          <Plot series={series} measure={measure} split={split} by={by} />
          <Missing series={series} measure={measure} />
          <details>
            <summary>The same as a table</summary>
            <SeriesTable series={series} measure={measure} split={split} by={by} />
          </details>
        </>
      )}
    </figure>
  );
}

/** What no bar can show. */
function Missing({ series: { parts }, measure }: Pick<SeriesProps, "series" | "measure">) {
  const names = parts.filter(({ amounts }) => amounts.some(({ whole }) => !whole)).map(({ name }) => name);
  if (names.length === 0) return null;
  const what = measure === "cost" ? "a price or tokens that are not known" : "tokens that are not known";
  return (
    <p className="empty">
      Not in the bars: runs with {what} ({names.join(", ")}).
    </p>
  );
}

interface SeriesProps {
  readonly series: CostSeries;
  readonly measure: Measure;
  readonly split: CostSplit;
  readonly by: TimeKey;
}

function Plot({ series, measure, split, by }: SeriesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    if (!canvas.current) return;
    const colors = themeColors();
    const isLine = isTime(measure);
    const chart = new Chart(canvas.current, {
      type: isLine ? "line" : "bar",
      data: {
        labels: series.times.map((time) => shortTime(time, by)),
        datasets: series.parts.map(({ name, amounts }, index) => {
          const color = colors.parts[index % colors.parts.length];
          return {
            label: name,
            // A day without a run has no average.
            data: amounts.map(({ value }) => (isLine && value === 0 ? null : value)),
            backgroundColor: color,
            borderColor: isLine ? color : colors.border,
            borderWidth: isLine ? 2 : colors.border === "transparent" ? 0 : 1,
            spanGaps: true,
          };
        }),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: colors.text,
        scales: {
          x: { stacked: !isLine, ticks: { color: colors.text, maxRotation: 0 }, grid: { display: false } },
          y: {
            stacked: !isLine,
            beginAtZero: true,
            ticks: { color: colors.text, callback: (value) => axisText(Number(value), measure) },
            grid: { color: colors.grid },
          },
        },
        plugins: {
          legend: { labels: { color: colors.text, boxWidth: 12 } },
          tooltip: {
            callbacks: {
              label: ({ dataset, dataIndex, datasetIndex }) => {
                const amount = series.parts[datasetIndex]?.amounts[dataIndex];
                return amount ? `${dataset.label ?? ""}: ${words(amount, measure)}` : "";
              },
            },
          },
        },
      },
    });
    return () => {
      chart.destroy();
    };
  }, [series, measure, split, by, theme]);
  return (
    <div className="bars">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${measures[measure]} by ${by} and ${split}, as ${isTime(measure) ? "lines" : "bars"}`}
      />
    </div>
  );
}

function SeriesTable({ series: { times, parts }, measure, split, by }: SeriesProps) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${measures[measure]} by ${by} and ${split}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{by === "day" ? "Day" : "Hour"}</th>
            {parts.map(({ name }) => (
              <th scope="col" className="number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, index) => (
            <tr key={time}>
              <td>{time}</td>
              {parts.map(({ name, amounts }) => (
                <td className="number" key={name}>
                  {words(amounts[index] ?? { value: 0, whole: true }, measure)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A part that is not known is said, never shown as nothing. */
function words({ value, whole }: Amount, measure: Measure): string {
  if (whole) return format(value, measure);
  return value === 0 ? "unknown" : `over ${format(value, measure)}`;
}

function format(value: number, measure: Measure): string {
  if (isTime(measure)) return value === 0 ? "-" : duration(value);
  return measure === "tokens" ? count(value) : money(value);
}

const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

function axisText(value: number, measure: Measure): string {
  if (isTime(measure)) return duration(value);
  return measure === "tokens" ? count(value) : dollars.format(value);
}

/** Colors of VS Code's theme, read from the page. */
function themeColors() {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string) => style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const text = color("foreground", "#808080");
  const names = ["blue", "green", "yellow", "purple", "red", "orange"];
  return {
    text,
    grid: color("panel-border", color("contrastBorder", "#80808040")),
    border: color("contrastBorder", "transparent"),
    parts: names.map((name) => color(`charts-${name}`, text)),
  };
}

/** Changes with VS Code's theme, whose name is on the page's body. */
function useTheme(): string {
  const [theme, setTheme] = useState(() => document.body.dataset["vscodeThemeId"] ?? "");
  useEffect(() => {
    const observer = new MutationObserver(() => {
      setTheme(`${document.body.dataset["vscodeThemeId"] ?? ""} ${document.body.className}`);
    });
    observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
    return () => {
      observer.disconnect();
    };
  }, []);
  return theme;
}
