import { fieldsOf } from "./fields.ts";
import type { Fields } from "./fields.ts";

export interface Position {
  readonly x: number;
  readonly y: number;
}

const columns = 4;
const [columnWidth, rowHeight] = [400, 400];

/** Those of the file. Nodes without one stand in rows below the others. */
export function positionsOf(nodes: readonly Fields[]): readonly Position[] {
  const given = nodes.map(positionIn);
  const known = given.filter((position) => position !== undefined);
  const left = Math.min(...known.map(({ x }) => x));
  const bottom = Math.max(...known.map(({ y }) => y));
  const start = known.length === 0 ? { x: 0, y: 0 } : { x: left, y: bottom + 2 * rowHeight };
  let free = 0;
  return given.map((position) => {
    if (position) return position;
    const [row, column] = [Math.floor(free / columns), free % columns];
    free++;
    return { x: start.x + column * columnWidth, y: start.y + row * rowHeight };
  });
}

function positionIn(node: Fields): Position | undefined {
  const { x, y } = fieldsOf(node["position"]);
  // JSON can have numbers that are too large to be one.
  return isFiniteNumber(x) && isFiniteNumber(y) ? { x, y } : undefined;
}

export function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
