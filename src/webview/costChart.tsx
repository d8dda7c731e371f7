import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from "chart.js";
import { useEffect, useRef, useState } from "react";
import { count, money } from "../protocol/format.ts";
import type { CostReport } from "../protocol/cost.ts";
import { costSeries, shortTime } from "./costSeries.ts";
import type { Amount, CostSeries, Measure, TimeKey } from "./costSeries.ts";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

interface CostChartProps {
  readonly report: CostReport;
  readonly by: TimeKey;
}

const measures: Readonly<Record<Measure, string>> = { cost: "Cost of runs", tokens: "Tokens" };

/** Bars by day or hour, stacked by model, and the same as a table. */
export function CostChart({ report, by }: CostChartProps) {
  const [measure, setMeasure] = useState<Measure>("cost");
  const series = costSeries(report, { measure, by });
  return (
    <figure className="chart">
      <figcaption>
        <label>
          Show{" "}
          <select
            value={measure}
            onChange={({ target }) => {
              setMeasure(target.value === "tokens" ? "tokens" : "cost");
            }}
          >
            <option value="cost">{measures.cost}</option>
            <option value="tokens">{measures.tokens}</option>
          </select>
        </label>
      </figcaption>
      {series.models.length === 0 ? (
        <p className="empty">No flow was run in this period.</p>
      ) : (
        <>
          <Bars series={series} measure={measure} by={by} />
          <Missing series={series} measure={measure} />
          <details>
            <summary>The same as a table</summary>
            <SeriesTable series={series} measure={measure} by={by} />
          </details>
        </>
      )}
    </figure>
  );
}

/** What no bar can show. */
function Missing({ series: { models }, measure }: Omit<SeriesProps, "by">) {
  const names = models.filter(({ amounts }) => amounts.some(({ whole }) => !whole)).map(({ name }) => name);
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
  readonly by: TimeKey;
}

function Bars({ series, measure, by }: SeriesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    if (!canvas.current) return;
    const colors = themeColors();
    const chart = new Chart(canvas.current, {
      type: "bar",
      data: {
        labels: series.times.map((time) => shortTime(time, by)),
        datasets: series.models.map(({ name, amounts }, index) => ({
          label: name,
          data: amounts.map(({ value }) => value),
          backgroundColor: colors.models[index % colors.models.length],
          borderColor: colors.border,
          borderWidth: colors.border === "transparent" ? 0 : 1,
        })),
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        color: colors.text,
        scales: {
          x: { stacked: true, ticks: { color: colors.text, maxRotation: 0 }, grid: { display: false } },
          y: {
            stacked: true,
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
                const amount = series.models[datasetIndex]?.amounts[dataIndex];
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
  }, [series, measure, by, theme]);
  return (
    <div className="bars">
      <canvas ref={canvas} role="img" aria-label={`${measures[measure]} by ${by} and model, as bars`} />
    </div>
  );
}

function SeriesTable({ series: { times, models }, measure, by }: SeriesProps) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={`${measures[measure]} by ${by} and model`}>
      <table>
        <thead>
          <tr>
            <th scope="col">{by === "day" ? "Day" : "Hour"}</th>
            {models.map(({ name }) => (
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
              {models.map(({ name, amounts }) => (
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
  if (measure === "tokens") return count(value);
  return money(value);
}

const dollars = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
});

function axisText(value: number, measure: Measure): string {
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
    models: names.map((name) => color(`charts-${name}`, text)),
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
