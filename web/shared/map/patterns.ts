/** Patterns of the states a figure can be in: drawn once, for the map and for the legend alike. */
import type { Pattern } from "../api";

/** Side of the repeating tile, in CSS pixels. */
export const TILE = 12;

/** What lies under a pattern: the ink of the legend stands over white, on screen and in print. */
const PAPER = "#ffffff";

type Context = CanvasRenderingContext2D;

/** Colour of the area under a status: its own where it has no pattern, white under a pattern. */
export function ground(color: string, pattern: Pattern): string {
  return pattern === "none" ? color : PAPER;
}

const PREFIX = "pattern";

/** Name of a pattern's image on the map; `patternImage` draws it from the name alone. */
export function imageName(pattern: Pattern, color: string): string {
  return [PREFIX, pattern, color].join(" ");
}

function line(context: Context, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Draws one repeating tile with its corner at (x, y); edges of neighbouring tiles meet. */
function drawTile(context: Context, pattern: Pattern, x: number, y: number): void {
  const h = TILE / 2;
  if (pattern === "hatch") {
    for (const shift of [-TILE, 0, TILE]) line(context, x + shift - 1, y + TILE + 1, x + shift + TILE + 1, y - 1);
  } else if (pattern === "dots") {
    for (const [cx, cy] of [[h / 2, h / 2], [h + h / 2, h + h / 2]] as const) {
      context.beginPath();
      context.arc(x + cx, y + cy, 1.5, 0, 2 * Math.PI);
      context.fill();
    }
  } else if (pattern === "cross") {
    line(context, x + h - 2.5, y + h - 2.5, x + h + 2.5, y + h + 2.5);
    line(context, x + h - 2.5, y + h + 2.5, x + h + 2.5, y + h - 2.5);
  }
}

/** Covers width x height CSS pixels with a pattern in this ink; nothing for "none". */
export function drawPattern(context: Context, pattern: Pattern, ink: string, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  context.strokeStyle = ink;
  context.fillStyle = ink;
  context.lineWidth = 1.4;
  for (let x = 0; x < width; x += TILE) {
    for (let y = 0; y < height; y += TILE) drawTile(context, pattern, x, y);
  }
  context.restore();
}

/** The image of a name made by `imageName`, at twice the CSS size; null for any other name. */
export function patternImage(name: string): ImageData | null {
  const [prefix, pattern, color] = name.split(" ");
  if (prefix !== PREFIX || !pattern || !color) return null;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = TILE * 2;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser has no 2D canvas");
  context.scale(2, 2);
  drawPattern(context, pattern as Pattern, color, TILE, TILE);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
