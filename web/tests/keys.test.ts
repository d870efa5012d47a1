/** Keys of the queue: what they do, on both layouts, and when they are somebody else's. */
import { expect, it } from "vitest";
import { deedOf, meantForQueue } from "../locate/keys";

it.each([
  ["1", { do: "choose", at: 0 }],
  ["9", { do: "choose", at: 8 }],
  ["0", { do: "refuse" }],
  ["Enter", { do: "keep" }],
  ["j", { do: "next" }],
  ["Ξ", { do: "next" }],
  ["κ", { do: "before" }],
  ["U", { do: "undo" }],
  ["θ", { do: "undo" }],
  ["π", { do: "pin" }],
  ["?", { do: "help" }],
  ["x", null],
  ["F1", null],
  ["Escape", null],
])("%s does %o", (key, deed) => {
  expect(deedOf(key)).toEqual(deed);
});

/** Something inside an element that matches the selectors. */
const inside = (...matching: string[]) => ({
  closest: (selector: string) => selector.split(", ").some((one) => matching.includes(one)) || null,
});

it("leaves keys to fields, buttons and the map", () => {
  const [one, keep, next] = [deedOf("1")!, deedOf("Enter")!, deedOf("ArrowDown")!];
  expect([one, keep, next].map((deed) => meantForQueue(deed, null))).toEqual([true, true, true]);
  const field = inside("input:not([type=checkbox])", "input");
  expect([one, keep, next].map((deed) => meantForQueue(deed, field))).toEqual([false, false, false]);
  expect([one, keep, next].map((deed) => meantForQueue(deed, inside("button")))).toEqual([true, false, true]);
  expect([one, keep, next].map((deed) => meantForQueue(deed, inside("canvas")))).toEqual([true, false, false]);
  expect([one, keep, next].map((deed) => meantForQueue(deed, inside("button", "[data-pin]")))).toEqual([true, false, false]);
  expect(meantForQueue(one, inside("input"))).toBe(true);
});
