/** Colours on the map follow the legend; evaluated by MapLibre's own expression engine. */
import { createPropertyExpression, latest, type StylePropertySpecification } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import type { Legend, LegendItem } from "../shared/api";
import { fillColor, patternLayers } from "../shared/map/fills";
import { ground } from "../shared/map/patterns";

const text = (word: string) => ({ en: word, el: word });
const item = (color: string, rest: Partial<LegendItem>): LegendItem => ({
  label: text(color),
  color,
  min: null,
  max: null,
  category: null,
  count: 1,
  ...rest,
});

const statuses: Legend["statuses"] = [
  { status: "withheld", label: text("withheld"), pattern: "hatch", color: "#808080", count: 1 },
  { status: "structural_zero", label: text("zero"), pattern: "none", color: "#ffffff", count: 1 },
];
const classes: Legend = {
  kind: "classes",
  items: [
    item("#000001", { min: 0, max: 0 }),
    item("#111111", { min: 0, max: 10 }),
    item("#222222", { min: 10, max: 20 }),
    item("#333333", { min: 20, max: 30 }),
  ],
  statuses,
};
const categories: Legend = {
  kind: "categories",
  items: [item("#aa0000", { category: "hot" }), item("#0000aa", { category: "cold" })],
  statuses,
};

function colorOf(legend: Legend, properties: Record<string, unknown>): string {
  const spec = latest.paint_fill["fill-color"] as StylePropertySpecification;
  const made = createPropertyExpression(fillColor(legend), "fill-color", spec);
  if (made.result === "error") throw new Error(made.value.map(String).join());
  const color: { r: number; g: number; b: number } = made.value.evaluate({ zoom: 8 }, { type: 3, properties } as never);
  return `#${[color.r, color.g, color.b].map((part) => Math.round(part * 255).toString(16).padStart(2, "0")).join("")}`;
}

describe("fillColor", () => {
  it.each([
    [0, "#000001"],
    [0.01, "#111111"],
    [9.99, "#111111"],
    [10, "#222222"],
    [20, "#333333"],
    [30, "#333333"],
  ])("gives the value %d the class %s", (value, color) => {
    expect(colorOf(classes, { status: "shown", value })).toBe(color);
  });

  it("takes open ends", () => {
    const open: Legend = { ...classes, items: [item("#111111", { max: 5 }), item("#222222", { min: 5 })] };
    expect([-3, 5, 1e6].map((value) => colorOf(open, { status: "shown", value }))).toEqual([
      "#111111",
      "#222222",
      "#222222",
    ]);
  });

  it("gives a category its colour", () => {
    expect(colorOf(categories, { status: "shown", category: "cold" })).toBe("#0000aa");
  });

  it("never colours a withheld area by a value, even if one slipped through", () => {
    expect(colorOf(classes, { status: "withheld", value: 25 })).toBe(ground("#808080", "hatch"));
  });

  it("tells a zero by nature from the lowest class", () => {
    expect(colorOf(classes, { status: "structural_zero", value: 0 })).toBe("#ffffff");
  });
});

describe("patternLayers", () => {
  it("makes one layer for each status with a pattern", () => {
    expect(patternLayers(classes, "areas").map((layer) => layer.id)).toEqual(["pattern-withheld"]);
  });
});
