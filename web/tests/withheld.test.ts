/** The share of figures that readers do not see. */
import { expect, it } from "vitest";
import type { Layer, Status } from "../shared/api";
import { withheldShare } from "../review/withheld";

const text = { en: "", el: "" };

function layer(kind: Layer["kind"], shown: number, counts: Partial<Record<Status, number>>): Layer {
  const statuses = Object.entries(counts).map(([status, count]) => ({
    status: status as Status,
    label: text,
    pattern: "none" as const,
    color: "#000000",
    count,
  }));
  const items = [{ label: text, color: "#000000", min: 0, max: 1, category: null, count: shown }];
  return { kind, legend: { kind: "classes", items, statuses } } as unknown as Layer;
}

it("counts withheld figures over all areas and indicators", () => {
  const layers = [layer("choropleth", 50, { withheld: 10, no_data: 4 }), layer("choropleth", 36, {}), layer("points", 99, {})];
  expect(withheldShare(layers)).toEqual({ withheld: 10, total: 100, share: 0.1 });
});

it("does not count a held figure twice", () => {
  expect(withheldShare([layer("choropleth", 10, { held: 3 })]).total).toBe(10);
});

it("is zero without figures", () => {
  expect(withheldShare([]).share).toBe(0);
});
