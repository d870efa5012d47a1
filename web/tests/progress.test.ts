/** Time left as people say it, and progress worth telling. */
import { expect, it } from "vitest";
import { milestone, spoken } from "../shared/progress";

it.each([
  [0.2, "seconds", 5],
  [11, "seconds", 15],
  [54, "seconds", 55],
  [56, "minutes", 1],
  [62, "minutes", 1],
  [64, "minutes", 2],
  [600, "minutes", 10],
])("%s s are about %s %s", (seconds, unit, count) => {
  expect(spoken(seconds)).toEqual({ unit, count });
});

it("tells every tenth of the way", () => {
  expect([0, 99, 100, 999, 1_000, 1_200].map((done) => milestone(done, 1_000))).toEqual([0, 0, 10, 90, 100, 100]);
  expect(milestone(5, null)).toBeNull();
});
