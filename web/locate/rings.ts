/** The ring on the map within which a place is true. */
import type { MapLibre } from "../shared/map/create";
import { ring } from "./ground";
import type { Spotted } from "./shapes";

const RING = "ring";
const INK = "#b3431f";

interface Shape {
  type: "FeatureCollection";
  features: { type: "Feature"; geometry: { type: "Polygon"; coordinates: [number, number][][] }; properties: object }[];
}

function shapeOf(place: Spotted | null): Shape {
  const features = place?.radius_m
    ? [
        {
          type: "Feature" as const,
          geometry: { type: "Polygon" as const, coordinates: [ring(place.lat, place.lon, place.radius_m)] },
          properties: {},
        },
      ]
    : [];
  return { type: "FeatureCollection", features };
}

/** Draws the ring of a place, in place of the one before; none where there is no place or no radius. */
export function drawRings(map: MapLibre, place: Spotted | null): void {
  const source = map.getSource(RING);
  if (source && "setData" in source) return void (source as { setData(data: Shape): void }).setData(shapeOf(place));
  // Until the map is drawn it takes no source; what is asked for last is drawn last.
  if (!map.isStyleLoaded()) return void map.once("idle", () => drawRings(map, place));
  map.addSource(RING, { type: "geojson", data: shapeOf(place) });
  map.addLayer({ id: "ring-fill", type: "fill", source: RING, paint: { "fill-color": INK, "fill-opacity": 0.1 } });
  map.addLayer({
    id: "ring-line",
    type: "line",
    source: RING,
    paint: { "line-color": INK, "line-width": 2, "line-dasharray": [3, 2] },
  });
}
