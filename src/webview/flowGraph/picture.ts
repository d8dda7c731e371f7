import type {
  ComponentChange,
  FlowGraph,
  GraphComparison,
  GraphComponent,
  GraphNote,
} from "../../protocol/flowGraph.ts";
import { changeLabel } from "./changeWords.ts";
import { ownOf } from "./ownOf.ts";

// The whole flow as a picture for documents: light colours whatever the theme, and nothing from outside.

export type Shape =
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill: string;
      readonly stroke: string;
      readonly isDashed: boolean;
    }
  | { readonly kind: "line"; readonly path: string; readonly stroke: string; readonly isDashed: boolean }
  | { readonly kind: "dot"; readonly x: number; readonly y: number }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly isBold: boolean;
      readonly color: string;
      readonly anchor: "start" | "end";
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** From back to front, in px from the upper left corner. */
  readonly shapes: readonly Shape[];
}

const [boxWidth, headHeight, rowHeight, padding, margin] = [320, 36, 26, 14, 40];
const [ink, faint] = ["#1f2328", "#59636e"];
/** Of connections and their ends. */
export const line = "#818b98";
/** In 13 px, with the wide ones of the sans-serif fonts that systems have. */
const letterWidth = 7.4;
const changeColors = { added: "#1a7f37", changed: "#9a6700", removed: "#cf222e" };

export function pictureOf(graph: FlowGraph, comparison: GraphComparison | undefined): Picture {
  const { components, edges } = comparison?.graph ?? graph;
  const boxes = components.map((component) => ({
    component,
    change: ownOf(comparison?.components, component.id),
    height: heightOf(component, ownOf(comparison?.components, component.id)),
  }));
  const areas = [
    ...boxes.map(({ component: { x, y }, height }) => ({ x, y, width: boxWidth, height })),
    ...graph.notes,
  ];
  if (areas.length === 0) return { width: 2 * margin, height: 2 * margin, shapes: [] };
  const left = Math.min(...areas.map(({ x }) => x)) - margin;
  const top = Math.min(...areas.map(({ y }) => y)) - margin;
  const at = <T extends { readonly x: number; readonly y: number }>(given: T): T => ({
    ...given,
    x: given.x - left,
    y: given.y - top,
  });
  const byId = new Map(boxes.map((box) => [box.component.id, { ...box, component: at(box.component) }]));
  const lines = edges.flatMap(({ id, source, output, target, input }): Shape[] => {
    const [from, to] = [byId.get(source), byId.get(target)];
    if (!from || !to) return [];
    const start = { x: from.component.x + boxWidth, y: portY(from.component, from.change, "outputs", output) };
    const end = { x: to.component.x, y: portY(to.component, to.change, "inputs", input) };
    const change = ownOf(comparison?.edges, id);
    const stroke = change ? changeColors[change] : line;
    return [
      { kind: "line", path: curve(start, end), stroke, isDashed: change === "removed" },
      { kind: "dot", ...start },
      { kind: "dot", ...end },
    ];
  });
  return {
    width: Math.ceil(Math.max(...areas.map(({ x, width }) => x + width)) - left + margin),
    height: Math.ceil(Math.max(...areas.map(({ y, height }) => y + height)) - top + margin),
    shapes: [
      ...graph.notes.flatMap((note) => noteShapes(at(note))),
      ...[...byId.values()].flatMap(boxShapes),
      ...lines,
    ],
  };
}

interface Box {
  readonly component: GraphComponent;
  readonly change: ComponentChange | undefined;
  readonly height: number;
}

function heightOf({ inputs, outputs }: GraphComponent, change: ComponentChange | undefined): number {
  return headHeight + rowHeight * (inputs.length + outputs.length + (change ? 1 : 0)) + 8;
}

function boxShapes({ component, change, height }: Box): Shape[] {
  const { x, y, title, inside } = component;
  const stroke = change ? changeColors[change.kind] : line;
  const row = (text: string, at: number, more: Partial<Extract<Shape, { kind: "text" }>> = {}): Shape => {
    const side = more.anchor === "end" ? x + boxWidth - padding : x + padding;
    const width = boxWidth - 2 * padding;
    return {
      kind: "text",
      text: shortened(text, width),
      x: side,
      y: at,
      isBold: false,
      color: ink,
      anchor: "start",
      ...more,
    };
  };
  const name = inside.length === 0 ? title : `${title} (group of ${String(inside.length)})`;
  const baseline = (index: number) => y + headHeight + rowHeight * index + 17;
  const labels = change ? [row(changeLabel(change), baseline(0), { color: stroke })] : [];
  const ports = [
    ...component.inputs.map((port) => ({ port, anchor: "start" as const })),
    ...component.outputs.map((port) => ({ port, anchor: "end" as const })),
  ].map(({ port, anchor }, index) => row(port.title, baseline(index + labels.length), { anchor }));
  return [
    { kind: "box", x, y, width: boxWidth, height, fill: "#ffffff", stroke, isDashed: change?.kind === "removed" },
    row(name, y + 24, { isBold: true }),
    ...labels,
    ...ports,
  ];
}

/** Headings are bold, as on the canvas; of other Markdown only the signs of bold words are left out. */
function noteShapes({ x, y, width, height, text }: GraphNote): Shape[] {
  const fits = Math.max(1, Math.floor((height - 20) / 18));
  const lines = text.split("\n").flatMap((each) => {
    const heading = /^#{1,6} +(.*)/.exec(each)?.[1];
    const words = (heading ?? each).replaceAll("**", "");
    return wrapped(words, width - 2 * padding).map((part) => ({ text: part, isBold: heading !== undefined }));
  });
  return [
    { kind: "box", x, y, width, height, fill: "#fff8c5", stroke: "#d4a72c", isDashed: false },
    ...lines.slice(0, fits).map((each, index): Shape => {
      const isLast = index === fits - 1 && lines.length > fits;
      const shown = isLast ? `${each.text}…` : each.text;
      const start = { x: x + padding, y: y + 24 + 18 * index };
      return { kind: "text", ...start, text: shown, isBold: each.isBold, color: faint, anchor: "start" };
    }),
  ];
}

/** The middle of a port's row; of a port that is not drawn, of the head. */
function portY(
  { y, inputs, outputs }: GraphComponent,
  change: ComponentChange | undefined,
  side: "inputs" | "outputs",
  name: string,
): number {
  const index = { inputs, outputs }[side].findIndex((port) => port.name === name);
  if (index < 0) return y + headHeight / 2;
  const before = (side === "outputs" ? inputs.length : 0) + (change ? 1 : 0);
  return y + headHeight + rowHeight * (before + index) + rowHeight / 2;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** As the canvas bends its lines. */
function curve(from: Point, to: Point): string {
  const reach = Math.max(40, Math.abs(to.x - from.x) / 2);
  const points = [from, { x: from.x + reach, y: from.y }, { x: to.x - reach, y: to.y }, to];
  const [start = "", ...rest] = points.map(({ x, y }) => `${String(Math.round(x))} ${String(Math.round(y))}`);
  return `M ${start} C ${rest.join(", ")}`;
}

function shortened(text: string, width: number): string {
  const most = Math.floor(width / letterWidth);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function wrapped(text: string, width: number): readonly string[] {
  const most = Math.max(1, Math.floor(width / letterWidth));
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last} ${word}`;
    if (longer.length <= most || last === "") lines[lines.length - 1] = shortened(longer, width);
    else lines.push(shortened(word, width));
  }
  return lines;
}
