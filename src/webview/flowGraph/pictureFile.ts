import { line } from "./picture.ts";
import type { Picture, Shape } from "./picture.ts";

// A picture as the content of a file.

const fontSize = 13;
const font = "system-ui, sans-serif";

export function svgOf({ width, height, shapes }: Picture, title: string): string {
  const size = `width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${font}" font-size="${String(fontSize)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...shapes.map(element),
    "</svg>",
    "",
  ].join("\n");
}

function element(shape: Shape): string {
  const dash = (isDashed: boolean) => (isDashed ? ' stroke-dasharray="8 6"' : "");
  const px = (value: number) => String(Math.round(value * 10) / 10);
  switch (shape.kind) {
    case "box": {
      const { x, y, width, height, fill, stroke, isDashed } = shape;
      const area = `x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"`;
      return `<rect ${area} rx="6" fill="${fill}" stroke="${stroke}" stroke-width="2"${dash(isDashed)}/>`;
    }
    case "line":
      return `<path d="${shape.path}" fill="none" stroke="${shape.stroke}" stroke-width="2"${dash(shape.isDashed)}/>`;
    case "dot":
      return `<circle cx="${px(shape.x)}" cy="${px(shape.y)}" r="4" fill="${line}"/>`;
    case "text": {
      const { x, y, text, isBold, color, anchor } = shape;
      const weight = isBold ? ' font-weight="600"' : "";
      return `<text x="${px(x)}" y="${px(y)}" fill="${color}" text-anchor="${anchor}"${weight}>${escaped(text)}</text>`;
    }
  }
}

/** Characters that XML knows; those that it forbids are left out. */
function escaped(text: string): string {
  const marks: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, " ").replaceAll(/[&<>"]/g, (mark) => marks[mark] ?? "");
}

const [longestSide, mostPixels] = [16_000, 64_000_000];

/** The base64 of a PNG, twice as large as the flow where that is not too much for a picture. */
export function pngOf({ width, height, shapes }: Picture): string | undefined {
  const canvas = document.createElement("canvas");
  const scale = Math.min(2, longestSide / Math.max(width, height), Math.sqrt(mostPixels / (width * height)));
  canvas.width = Math.max(1, Math.floor(width * scale));
  canvas.height = Math.max(1, Math.floor(height * scale));
  const context = canvas.getContext("2d");
  if (!context) return undefined;
  context.scale(scale, scale);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.lineWidth = 2;
  for (const shape of shapes) draw(context, shape);
  return canvas.toDataURL("image/png").split(",")[1];
}

function draw(context: CanvasRenderingContext2D, shape: Shape): void {
  context.setLineDash("isDashed" in shape && shape.isDashed ? [8, 6] : []);
  context.beginPath();
  switch (shape.kind) {
    case "box":
      context.roundRect(shape.x, shape.y, shape.width, shape.height, 6);
      context.fillStyle = shape.fill;
      context.strokeStyle = shape.stroke;
      context.fill();
      return context.stroke();
    case "line":
      context.strokeStyle = shape.stroke;
      return context.stroke(new Path2D(shape.path));
    case "dot":
      context.arc(shape.x, shape.y, 4, 0, 2 * Math.PI);
      context.fillStyle = line;
      return context.fill();
    case "text":
      context.font = `${shape.isBold ? "600 " : ""}${String(fontSize)}px ${font}`;
      context.textAlign = shape.anchor;
      context.fillStyle = shape.color;
      context.fillText(shape.text, shape.x, shape.y);
  }
}
