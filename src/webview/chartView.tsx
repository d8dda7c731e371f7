import { useRef } from "react";
import type { ReactNode } from "react";
import { chartCsv } from "./csv.ts";
import { send } from "./slices.ts";
import { TimeChart, TimeTable } from "./timeChart.tsx";
import type { TimeChartProps } from "./timeChart.tsx";
import type { Tabled } from "./csv.ts";

interface ChartViewProps {
  readonly chart: TimeChartProps & Tabled;
  /** Below the axis, where the table's times are too long for it. */
  readonly shortTimes?: readonly string[];
  /** Between the chart and its table. */
  readonly children?: ReactNode;
}

/** A chart, the buttons that export it, and the same as a table. */
export function ChartView({ chart, shortTimes, children }: ChartViewProps) {
  const drawn = useRef<HTMLDivElement>(null);
  const button = (title: string, exported: () => void) => (
    <vscode-button secondary aria-label={`${title}: ${chart.label}`} onClick={exported}>
      {title}
    </vscode-button>
  );
  return (
    <>
      <div ref={drawn}>
        <TimeChart {...chart} times={shortTimes ?? chart.times} label={`${chart.label}, as ${chart.kind}`} />
      </div>
      {children}
      <div className="actions">
        {button("Export as CSV", () => {
          send({ type: "exportChart", name: chart.label, format: "csv", content: chartCsv(chart) });
        })}
        {button("Export as PNG", () => {
          const canvas = drawn.current?.querySelector("canvas");
          const content = canvas && pictureOf(canvas, chart.label);
          if (content) send({ type: "exportChart", name: chart.label, format: "png", content });
        })}
      </div>
      <TimeTable {...chart} unit={chart.timeUnit} />
    </>
  );
}

const titleHeight = 32;
const margin = 12;

/** The chart below its title, on the theme's background, as the base64 of a PNG. */
function pictureOf(chart: HTMLCanvasElement, title: string): string | undefined {
  const scale = chart.width / chart.clientWidth;
  const picture = document.createElement("canvas");
  picture.width = chart.width + 2 * margin * scale;
  picture.height = chart.height + (titleHeight + margin) * scale;
  const context = picture.getContext("2d");
  if (!context) return undefined;
  const { backgroundColor, color, fontFamily } = getComputedStyle(document.body);
  context.fillStyle = backgroundColor;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = color;
  context.font = `${String(14 * scale)}px ${fontFamily}`;
  context.textBaseline = "middle";
  context.fillText(title, margin * scale, (titleHeight / 2) * scale, chart.width);
  context.drawImage(chart, margin * scale, titleHeight * scale);
  return picture.toDataURL("image/png").split(",")[1];
}
