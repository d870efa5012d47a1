/** From a legend to colours of areas: the rule that both map and tests read. */
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Legend, LegendItem } from "../api";
import { ground, imageName } from "./patterns";

/** Colour of land that the legend says nothing about. */
export const LAND = "#f3f1ea";
export const SEA = "#dfe7ea";

type Test = unknown[];

/** Whether a class holds the value: min <= value < max; open ends are null; min = max is that value alone. */
function holds({ min, max }: LegendItem, last: boolean): Test {
  const value = ["get", "value"];
  const tests: Test = ["all"];
  if (min !== null) tests.push([">=", value, min]);
  if (max !== null) tests.push([last || min === max ? "<=" : "<", value, max]);
  return tests;
}

/** The colour of the first class that holds the value. */
function classColor(legend: Legend): ExpressionSpecification | string {
  const last = legend.items.length - 1;
  const pairs = legend.items.flatMap((item, at) => [holds(item, at === last), item.color]);
  if (!pairs.length) return LAND;
  return ["case", ...pairs, LAND] as unknown as ExpressionSpecification;
}

function categoryColor(legend: Legend): ExpressionSpecification | string {
  const pairs = legend.items.flatMap((item) => (item.category === null ? [] : [item.category, item.color]));
  if (!pairs.length) return LAND;
  return ["match", ["get", "category"], ...pairs, LAND] as unknown as ExpressionSpecification;
}

/** Fill colour of an area: its class or category where it has one, else the ground of its status. */
export function fillColor(legend: Legend): ExpressionSpecification | string {
  const property = legend.kind === "classes" ? "value" : "category";
  const valued = ["all", ["has", property], ["in", ["get", "status"], ["literal", ["shown", "held"]]]];
  const color = legend.kind === "classes" ? classColor(legend) : categoryColor(legend);
  const statuses = legend.statuses.flatMap((item) => [item.status, ground(item.color, item.pattern)]);
  const other = statuses.length ? ["match", ["get", "status"], ...statuses, LAND] : LAND;
  return ["case", valued, color, other] as unknown as ExpressionSpecification;
}

/** One pattern layer a status that has a pattern. */
export function patternLayers(legend: Legend, source: string): LayerSpecification[] {
  return legend.statuses
    .filter((item) => item.pattern !== "none")
    .map((item) => ({
      id: `pattern-${item.status}`,
      type: "fill",
      source,
      "source-layer": "areas",
      filter: ["==", ["get", "status"], item.status],
      paint: { "fill-pattern": imageName(item.pattern, item.color) },
    }));
}
