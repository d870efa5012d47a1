/** The address holds the whole state and gives it back. */
import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress, type Address } from "../planner/address";

const full: Address = {
  layer: "reach.community_centre",
  area: "4501",
  view: "table",
  lang: "el",
  points: true,
  position: { zoom: 10.25, lat: 37.9838, lon: 23.7275 },
};

describe("address", () => {
  it("gives back what was written", () => {
    expect(parseAddress(formatAddress(full))).toEqual(full);
  });

  it("is readable", () => {
    expect(formatAddress(full)).toBe(
      "?layer=reach.community_centre&area=4501&view=table&points=1&lang=el&map=10.25/37.9838/23.7275",
    );
  });

  it.each(["", "?map=10/95/23", "?map=x/1/2", "?map=10/38", "?lang=de&view=globe"])("takes nothing from %s", (search) => {
    const nothing = { layer: null, area: null, view: "map", lang: null, points: false, position: null };
    expect(parseAddress(search)).toEqual(nothing);
  });

  it("keeps names with signs whole", () => {
    const address = { ...full, layer: "a&b=c d" };
    expect(parseAddress(formatAddress(address)).layer).toBe("a&b=c d");
  });
});
