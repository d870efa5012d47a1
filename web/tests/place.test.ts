/** Where a report stands: typed, picked, sensed. */
import { describe, expect, it } from "vitest";
import { parseDegrees, pickedPlace, sensedPlace, typedPlace } from "../field/place";
import { folded } from "../shared/i18n.svelte";

describe("place", () => {
  it.each([
    ["37.98381", 37.98381],
    [" 37,98381 ", 37.98381],
    ["-0.5", -0.5],
    ["", null],
    ["37°58'", null],
    ["1e400", null],
    ["NaN", null],
  ])("reads %s as %s degrees", (text, degrees) => {
    expect(parseDegrees(text)).toBe(degrees);
  });

  it("knows less with fewer decimals", () => {
    // Half of 0.001 degrees of latitude is 55.7 m.
    expect(typedPlace("37.983", "23.727")?.accuracy_m).toBe(56);
    expect(typedPlace("37.98381", "23.72754")?.accuracy_m).toBe(1);
  });

  it("refuses what is no place on the map", () => {
    expect(typedPlace("90", "23")).toBeNull();
    expect(typedPlace("38", "181")).toBeNull();
  });

  it("knows a picked place as well as the zoom allows", () => {
    // At zoom 15 on the equator a pixel is 40,075,016.7 / (512 * 2^15) = 2.3887 m; twelve of them 28.7 m.
    expect(pickedPlace(0, 0, 15).accuracy_m).toBe(29);
  });

  it("rounds a sensed accuracy up, never to nothing", () => {
    expect(sensedPlace({ latitude: 38, longitude: 23, accuracy: 0.2 }).accuracy_m).toBe(1);
  });
});

describe("folded", () => {
  it("finds Greek without accents, with either sigma", () => {
    expect(folded("Ίλιον Άγιος")).toBe(folded("ιλιον αγιοσ"));
  });
});
