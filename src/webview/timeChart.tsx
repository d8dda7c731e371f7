import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, LineController } from "chart.js";
import { LineElement, PointElement, Tooltip } from "chart.js";
import { memo, useEffect, useRef, useState } from "react";

Chart.register(BarController, BarElement, LineController, LineElement, PointElement);
Chart.register(CategoryScale, Legend, LinearScale, Tooltip);

export interface TimeChartProps {
  /** What a screen reader says of it. */
  readonly label: string;
  /** Bars are stacked; lines stand for themselves. */
  readonly kind: "bars" | "lines";
  readonly times: readonly string[];
  readonly parts: readonly ChartPart[];
  /** Beside the axis. */
  axis(value: number): string;
  /** Under the pointer. */
  words(part: number, time: number): string;
  /** The end of the axis; as far as there are values without. */
  readonly max?: number;
}

interface ChartPart {
  readonly name: string;
  /** Null where there is nothing to show. */
  readonly values: readonly (number | null)[];
}

/** Amounts over time in the colors of VS Code's theme; drawn again only when they change. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  useEffect(() => {
    if (!canvas.current) return;
    const chart = new Chart(canvas.current, configOf(props));
    return () => {
      chart.destroy();
    };
  }, [props, theme]);
  return (
    <div className="bars">
      <canvas ref={canvas} role="img" aria-label={props.label} />
    </div>
  );
});

function configOf({ kind, times, parts, axis, words, max }: TimeChartProps) {
  const colors = themeColors();
  const isLine = kind === "lines";
  return {
    type: isLine ? ("line" as const) : ("bar" as const),
    data: {
      labels: [...times],
      datasets: parts.map(({ name, values }, index) => {
        const color = colors.parts[index % colors.parts.length] ?? colors.text;
        return {
          label: name,
          data: [...values],
          backgroundColor: color,
          borderColor: isLine ? color : colors.border,
          borderWidth: isLine ? 2 : colors.border === "transparent" ? 0 : 1,
          pointRadius: times.length > 60 ? 0 : 2,
          spanGaps: true,
        };
      }),
    },
    options: {
      animation: false as const,
      maintainAspectRatio: false,
      color: colors.text,
      scales: {
        x: {
          stacked: !isLine,
          ticks: { color: colors.text, maxRotation: 0, autoSkipPadding: 12 },
          grid: { display: false },
          border: { color: colors.text },
        },
        y: {
          stacked: !isLine,
          beginAtZero: true,
          ...(max !== undefined && { max }),
          ticks: { color: colors.text, callback: (value: number | string) => axis(Number(value)) },
          grid: { color: colors.grid },
          border: { color: colors.text },
        },
      },
      plugins: {
        legend: { display: parts.length > 1 || !isLine, labels: { color: colors.text, boxWidth: 12 } },
        tooltip: {
          callbacks: {
            label: ({ dataIndex, datasetIndex }: { dataIndex: number; datasetIndex: number }) =>
              `${parts[datasetIndex]?.name ?? ""}: ${words(datasetIndex, dataIndex)}`,
          },
        },
      },
    },
  };
}

interface TimeTableProps extends Pick<TimeChartProps, "label" | "times" | "parts" | "words"> {
  /** Of the column of times. */
  readonly unit: string;
}

/** The same for those who do not see a chart, or want the numbers; made only for who opens it. */
export function TimeTable(props: TimeTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      onToggle={({ currentTarget }) => {
        setOpen(currentTarget.open);
      }}
    >
      <summary>The same as a table</summary>
      {isOpen && <Rows {...props} />}
    </details>
  );
}

function Rows({ label, unit, times, parts, words }: TimeTableProps) {
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{unit}</th>
            {parts.map(({ name }) => (
              <th scope="col" className="number" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((time, at) => (
            <tr key={time}>
              <td>{time}</td>
              {parts.map(({ name }, part) => (
                <td className="number" key={name}>
                  {words(part, at)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Colors of VS Code's theme, read from the page. */
function themeColors() {
  const style = getComputedStyle(document.body);
  const color = (name: string, otherwise: string) => style.getPropertyValue(`--vscode-${name}`).trim() || otherwise;
  const text = color("foreground", "#808080");
  const border = color("contrastBorder", "transparent");
  const names = ["blue", "green", "yellow", "purple", "red", "orange"];
  return {
    text,
    // In high contrast, lines as strong as the data's would hide them.
    grid: border === "transparent" ? color("panel-border", "#80808040") : "transparent",
    border,
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
