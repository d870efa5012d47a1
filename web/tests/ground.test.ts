/** Rings, frames, marks and radii: sums that are checked against numbers from elsewhere. */
import { expect, it } from "vitest";
import { apart, frameOf, metresPerDegree, ring, rounded } from "../locate/ground";

it("knows how long a degree is on the ellipsoid", () => {
  // Published for WGS 84: at the equator 110 574 and 111 320 m, at 45 degrees 111 132 and 78 847 m.
  expect(metresPerDegree(0).lat).toBeCloseTo(110_574, -0.5);
  expect(metresPerDegree(0).lon).toBeCloseTo(111_320, -0.5);
  expect(Math.round(metresPerDegree(45).lat)).toBe(111_132);
  expect(Math.round(metresPerDegree(45).lon)).toBe(78_847);
});

it("draws a closed ring whose points are as far away as it says", () => {
  const corners = ring(37.98, 23.73, 300);
  expect(corners.at(-1)).toEqual(corners[0]);
  const metres = metresPerDegree(37.98);
  for (const [lon, lat] of corners) {
    expect(Math.hypot((lon - 23.73) * metres.lon, (lat - 37.98) * metres.lat)).toBeCloseTo(300, 6);
  }
  // North comes first: a geodesic of 300 m due north of there ends at 37.982703 (geographiclib).
  expect(corners[0]![1]).toBeCloseTo(37.982703, 6);
});

it("frames all places with their rings", () => {
  expect(frameOf([])).toBeNull();
  expect(frameOf([{ lat: 38, lon: 23.7, radius_m: null }, { lat: 37.9, lon: 23.8, radius_m: null }])).toEqual([
    23.7, 37.9, 23.8, 38,
  ]);
  const [west, south, east, north] = frameOf([{ lat: 38, lon: 23.7, radius_m: 1_000 }])!;
  expect([west < 23.689, south < 37.991, east > 23.711, north > 38.009]).toEqual([true, true, true, true]);
});

it("sets marks apart that would cover each other, and leaves the others", () => {
  const points = [
    { x: 100, y: 50 },
    { x: 100, y: 50 },
    { x: 102, y: 60 },
    { x: 300, y: 50 },
  ];
  const placed = apart(points, 30);
  expect(placed[0]).toEqual(points[0]);
  expect(placed[3]).toEqual(points[3]);
  for (const [at, one] of placed.entries()) {
    for (const other of placed.slice(at + 1)) expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(30);
  }
});

it.each([
  [3, "meter", 5],
  [27, "meter", 30],
  [287, "meter", 300],
  [301, "meter", 350],
  [960, "kilometer", 1],
  [1_240, "kilometer", 1.3],
  [15_200, "kilometer", 16],
])("says %s m as a round %s: %s", (metres, unit, value) => {
  expect(rounded(metres)).toEqual({ unit, value });
});
