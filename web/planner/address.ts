/** The page's whole state in its address: a link shows what its sender saw. */
import { LANGS, type Lang } from "../shared/api";
import type { Position } from "../shared/map/create";

export type View = "map" | "table";

export interface Address {
  layer: string | null;
  area: string | null;
  view: View;
  lang: Lang | null;
  points: boolean;
  position: Position | null;
}

function parsePosition(text: string | null): Position | null {
  const parts = (text ?? "").split("/").map(Number);
  const [zoom, lat, lon] = parts;
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  if (Math.abs(lat) > 85 || Math.abs(lon) > 180 || zoom < 0 || zoom > 22) return null;
  return { zoom, lat, lon };
}

/** Reads the address's query; whatever is missing or malformed is null or the default. */
export function parseAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const lang = query.get("lang");
  return {
    layer: query.get("layer"),
    area: query.get("area"),
    view: query.get("view") === "table" ? "table" : "map",
    lang: LANGS.find((one) => one === lang) ?? null,
    points: query.get("points") === "1",
    position: parsePosition(query.get("map")),
  };
}

/** Writes the query that `parseAddress` reads back. Positions keep about ten metres. */
export function formatAddress(address: Address): string {
  const query: string[] = [];
  const add = (name: string, value: string) => query.push(`${name}=${encodeURIComponent(value).replaceAll("%2F", "/")}`);
  if (address.layer) add("layer", address.layer);
  if (address.area) add("area", address.area);
  if (address.view === "table") add("view", "table");
  if (address.points) add("points", "1");
  if (address.lang) add("lang", address.lang);
  const { position } = address;
  if (position) add("map", `${position.zoom.toFixed(2)}/${position.lat.toFixed(4)}/${position.lon.toFixed(4)}`);
  return `?${query.join("&")}`;
}
