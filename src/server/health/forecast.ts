import type { HealthReport, MachineSample, Use } from "../../protocol/health.ts";

type Forecasts = HealthReport["forecasts"];

/** Oldest first. */
interface Series {
  readonly fine: readonly MachineSample[];
  readonly coarse: readonly MachineSample[];
}

const leastPoints = 6;
const leastMs = 30 * 60_000;
/** Share of what moves that a straight line explains. */
const leastFit = 0.9;
/** A line is not drawn further than so many times the time that it was measured over. */
const reach = 10;

/** When disk and memory run out, if they go on as they did. Nothing is said of what did not grow steadily. */
export function forecast({ fine, coarse }: Series): Forecasts {
  return (["disk", "memory"] as const).flatMap((what): Forecasts => {
    // The whole day, or else what began within the last hour.
    const found = runsOut(coarse, what) ?? runsOut(fine, what);
    return found ? [{ what, ...found }] : [];
  });
}

function runsOut(samples: readonly MachineSample[], what: "disk" | "memory") {
  const points = samples.flatMap((sample) => pointOf(sample, sample[what]));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < leastPoints || last.x - first.x < leastMs) return undefined;
  const measuredMs = last.x - first.x;
  const line = fitLine(points);
  if (!line || line.slope <= 0 || line.fit < leastFit) return undefined;
  const leftMs = (last.total - last.y) / line.slope;
  if (leftMs > reach * measuredMs) return undefined;
  return {
    runsOutAt: new Date(last.x + leftMs).toISOString(),
    measuredSeconds: Math.round(measuredMs / 1000),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly total: number;
}

function pointOf({ at }: MachineSample, use: Use | undefined): readonly Point[] {
  return use ? [{ x: Date.parse(at), y: use.used, total: use.total }] : [];
}

/** Least squares; `fit` is the coefficient of determination. */
function fitLine(points: readonly Point[]): { readonly slope: number; readonly fit: number } | undefined {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const xx = mean((point) => (point.x - x) ** 2);
  const yy = mean((point) => (point.y - y) ** 2);
  const xy = mean((point) => (point.x - x) * (point.y - y));
  return xx === 0 || yy === 0 ? undefined : { slope: xy / xx, fit: xy ** 2 / (xx * yy) };
}
