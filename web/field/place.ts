/** Where a report stands and how well that is known. */
import { fingerMetres } from "../shared/map/finger";

export interface Place {
  lat: number;
  lon: number;
  /** Radius in metres within which the true place lies, as far as the way of giving it tells. */
  accuracy_m: number;
  how: "gps" | "map" | "typed";
}

const METRES_PER_DEGREE = 111_320;

/** A number as people type it, with a point or a comma; null when it is none. */
export function parseDegrees(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  if (!/^-?\d{1,3}(\.\d+)?$/.test(plain)) return null;
  return Number(plain);
}

function decimals(text: string): number {
  return (/[.,](\d+)/.exec(text.trim())?.[1] ?? "").length;
}

/** The place of typed coordinates; the fewer decimals, the less is known. Null when they are no place. */
export function typedPlace(latText: string, lonText: string): Place | null {
  const [lat, lon] = [parseDegrees(latText), parseDegrees(lonText)];
  if (lat === null || lon === null || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  const step = 10 ** -Math.min(decimals(latText), decimals(lonText));
  return { lat, lon, accuracy_m: Math.max(1, Math.ceil((step * METRES_PER_DEGREE) / 2)), how: "typed" };
}

/** The place under a finger on the map: known as well as the zoom allows. */
export function pickedPlace(lat: number, lon: number, zoom: number): Place {
  return { lat: round(lat), lon: round(lon), accuracy_m: fingerMetres(lat, zoom), how: "map" };
}

/** Six decimals: a decimetre, finer than any way of giving a place. */
function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}

export function sensedPlace(coords: { latitude: number; longitude: number; accuracy: number }): Place {
  const accuracy_m = Math.max(1, Math.ceil(coords.accuracy));
  return { lat: round(coords.latitude), lon: round(coords.longitude), accuracy_m, how: "gps" };
}
