/** The share of figures that readers do not see. */
import { expect, it } from "vitest";
import { withheldShare } from "../review/withheld";

it("counts withheld figures over all figures; no data is a figure too", () => {
  expect(withheldShare({ shown: 86, withheld: 10, no_data: 4 })).toEqual({ withheld: 10, total: 100, share: 0.1 });
});

it("is zero without figures", () => {
  expect(withheldShare({}).share).toBe(0);
});
