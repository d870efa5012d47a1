/** The map's style: sea, land, one theme, outlines, names; no glyph or sprite addresses. */
import type {
  ExpressionSpecification,
  FilterSpecification,
  GeoJSONSourceSpecification,
  LayerSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { Area, Lang, Layer, Legend } from "../api";
import { fillColor, LAND, patternLayers, SEA } from "./fills";

export const AREAS = "areas";
export const POINTS = "points";
const INK = "#17232e";

const source = (layer: Layer) => ({ type: "vector" as const, url: layer.tilejson });
const is = (code: string | null): FilterSpecification => ["==", ["get", "code"], code ?? ""];

/** Where an area's name stands: the server's point, else the middle of its bounds. */
function labelPoint(area: Area): [number, number] {
  const [west, south, east, north] = area.bounds;
  return area.label_point ?? [(west + east) / 2, (south + north) / 2];
}

function labelSource(areas: Area[]): GeoJSONSourceSpecification {
  const features = areas
    .filter((area) => area.level === "municipality")
    .map((area) => {
      const [west, south, east, north] = area.bounds;
      return {
        type: "Feature" as const,
        geometry: { type: "Point" as const, coordinates: labelPoint(area) },
        properties: { ...area.names, extent: (east - west) * (north - south) },
      };
    });
  return { type: "geojson", data: { type: "FeatureCollection", features } };
}

function outline(id: string, code: string | null, color: string, width: number): LayerSpecification {
  return {
    id,
    type: "line",
    source: AREAS,
    "source-layer": "areas",
    filter: is(code),
    layout: { "line-join": "round" },
    paint: { "line-color": color, "line-width": width },
  };
}

function areaLayers(layer: Layer, themed: boolean, selected: string | null): LayerSpecification[] {
  const base = { source: AREAS, "source-layer": "areas" };
  return [
    {
      id: "area-fill",
      type: "fill",
      ...base,
      paint: { "fill-color": themed ? fillColor(layer.legend) : LAND, "fill-antialias": false },
    },
    ...(themed ? patternLayers(layer.legend, AREAS) : []),
    {
      id: "area-line",
      type: "line",
      ...base,
      layout: { "line-join": "round" },
      paint: { "line-color": "#6f7c86", "line-width": ["interpolate", ["linear"], ["zoom"], 7, 0.5, 12, 1.4] },
    },
    outline("hover-line", null, INK, 2),
    outline("selected-casing", selected, "#ffffff", 6),
    outline("selected-line", selected, INK, 3),
  ];
}

function pointColor(legend: Legend): ExpressionSpecification | string {
  const pairs = legend.items.flatMap((item) => (item.category === null ? [] : [item.category, item.color]));
  if (!pairs.length) return INK;
  return ["match", ["get", "type"], ...pairs, INK] as unknown as ExpressionSpecification;
}

function pointLayer(layer: Layer): LayerSpecification {
  return {
    id: "service-points",
    type: "circle",
    source: POINTS,
    "source-layer": "services",
    paint: {
      "circle-color": pointColor(layer.legend),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 13, 7],
      "circle-stroke-color": "#ffffff",
      "circle-stroke-width": 1.5,
    },
  };
}

function labelLayer(lang: Lang): LayerSpecification {
  return {
    id: "area-name",
    type: "symbol",
    source: "labels",
    layout: {
      "text-field": ["get", lang],
      "text-font": ["Commissioner Variable"],
      "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 12, 14],
      "text-max-width": 7,
      "text-padding": 4,
      "symbol-sort-key": ["-", 0, ["get", "extent"]],
    },
    paint: { "text-color": INK, "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  };
}

export interface Scene {
  /** The layer whose tiles carry the areas. */
  layer: Layer;
  /** False: plain land, for maps that only show where. */
  themed: boolean;
  points: Layer | null;
  areas: Area[];
  selected: string | null;
  lang: Lang;
}

export function sceneStyle(scene: Scene): StyleSpecification {
  const { layer, points } = scene;
  return {
    version: 8,
    sources: {
      [AREAS]: source(layer),
      labels: labelSource(scene.areas),
      ...(points ? { [POINTS]: source(points) } : {}),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": SEA } },
      ...areaLayers(layer, scene.themed, scene.selected),
      ...(points ? [pointLayer(points)] : []),
      labelLayer(scene.lang),
    ],
  };
}
