/** Rings, frames and marks on the ground: the sums behind the map. */
import type { Bounds } from "../shared/api";
import type { Spotted } from "./shapes";

/** WGS 84: half of the long axis in metres, and the square of the eccentricity. */
const A = 6_378_137;
const E2 = 0.00669437999014;
const CORNERS = 72;

/** Metres that one degree of latitude and of longitude are there, on the ellipsoid. */
export function metresPerDegree(lat: number): { lat: number; lon: number } {
  const phi = (lat * Math.PI) / 180;
  const flat = 1 - E2 * Math.sin(phi) ** 2;
  const degree = Math.PI / 180;
  return { lat: (degree * A * (1 - E2)) / flat ** 1.5, lon: (degree * A * Math.cos(phi)) / Math.sqrt(flat) };
}

/** The ring of all that is radius metres away, closed: longitude, latitude. */
export function ring(lat: number, lon: number, radius: number): [number, number][] {
  const metres = metresPerDegree(lat);
  return Array.from({ length: CORNERS + 1 }, (_, at) => {
    const angle = ((at % CORNERS) / CORNERS) * 2 * Math.PI;
    return [lon + (radius * Math.sin(angle)) / metres.lon, lat + (radius * Math.cos(angle)) / metres.lat];
  });
}

/** The frame that holds all places with their rings; null where there is none. */
export function frameOf(places: readonly Spotted[]): Bounds | null {
  const corners = places.flatMap(({ lat, lon, radius_m }) => {
    const metres = metresPerDegree(lat);
    const [up, aside] = [(radius_m ?? 0) / metres.lat, (radius_m ?? 0) / metres.lon];
    return [
      [lon - aside, lat - up],
      [lon + aside, lat + up],
    ] as [number, number][];
  });
  if (!corners.length) return null;
  const [lons, lats] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

export interface Point {
  x: number;
  y: number;
}

/** Marks that would cover each other stand side by side, in their order; pixels. */
export function apart(points: readonly Point[], width: number): Point[] {
  const placed: Point[] = [];
  for (const { x, y } of points) {
    let at = x;
    const covered = () => placed.find((one) => Math.hypot(one.x - at, one.y - y) < width);
    for (let other = covered(); other; other = covered()) at = other.x + Math.sqrt(width ** 2 - (other.y - y) ** 2) + 0.01;
    placed.push({ x: at, y });
  }
  return placed;
}

/** A radius as people say it: two figures below a hundred metres and above a kilometre, never smaller than it is. */
export function rounded(metres: number): { unit: "meter" | "kilometer"; value: number } {
  const step = metres < 20 ? 5 : metres < 100 ? 10 : metres < 1_000 ? 50 : metres < 10_000 ? 100 : 1_000;
  const up = Math.max(step, Math.ceil(metres / step) * step);
  return up < 1_000 ? { unit: "meter", value: up } : { unit: "kilometer", value: up / 1_000 };
}
