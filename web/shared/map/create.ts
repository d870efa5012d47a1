/** Makes a MapLibre map that asks nothing of other hosts and speaks the page's language. */
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl, type MapOptions, type PaddingOptions } from "maplibre-gl";
import type { Bounds } from "../api";
import { mapLocale } from "./locale";
import { patternImage } from "./patterns";
import { sceneStyle, type Scene } from "./style";

export type { MapLibre };

/** Zoom and centre, as the address of the page holds them. */
export interface Position {
  zoom: number;
  lat: number;
  lon: number;
}

export interface Frame {
  container: HTMLElement;
  bounds: Bounds;
  position: Position | null;
  /** True: the page scrolls over the map; zooming wants Ctrl or two fingers. */
  cooperative: boolean;
  /** Pixels at the left that something else covers. */
  covered: number;
}

setWorkerUrl(new URL(workerUrl, location.href).href);

/** The greek and latin letters must be there before the first name is drawn. */
function lettersReady(): Promise<unknown> {
  return document.fonts.load('16px "Commissioner Variable"', "Αθήνα Athens");
}

function stillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function padding(all: number, covered: number): PaddingOptions {
  return { top: all, right: all, bottom: all, left: all + covered };
}

function view(frame: Frame): Partial<MapOptions> {
  if (!frame.position) return { bounds: frame.bounds, fitBoundsOptions: { padding: padding(24, frame.covered) } };
  return { center: [frame.position.lon, frame.position.lat], zoom: frame.position.zoom };
}

/** Patterns are drawn when the style first asks for them. */
function addPattern(map: MapLibre, name: string): void {
  const image = patternImage(name);
  if (image && !map.hasImage(name)) map.addImage(name, image, { pixelRatio: 2 });
}

/** Builds the map; north stays up. `data-map-ready` of the container turns "true" once all is drawn. */
export async function createMap(frame: Frame, scene: Scene): Promise<MapLibre> {
  await lettersReady();
  const map = new MapLibre({
    ...view(frame),
    container: frame.container,
    style: sceneStyle(scene),
    locale: mapLocale(scene.lang),
    minZoom: 5,
    maxZoom: 17,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    cooperativeGestures: frame.cooperative,
    fadeDuration: stillness() ? 0 : 150,
    transformRequest: (url) => ({ url: new URL(url, location.href).href }),
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 120, unit: "metric" }), "bottom-left");
  map.setMissingStyleImageResolver((name) => addPattern(map, name));
  map.on("idle", () => (frame.container.dataset["mapReady"] = "true"));
  return map;
}

/** Draws another scene on the same map. */
export function showScene(map: MapLibre, scene: Scene): void {
  map.getContainer().dataset["mapReady"] = "false";
  map.setStyle(sceneStyle(scene));
}

/** Moves the view to an area, at once where people asked for less motion. */
export function goTo(map: MapLibre, [west, south, east, north]: Bounds, covered: number): void {
  map.fitBounds([west, south, east, north], {
    padding: padding(60, covered),
    maxZoom: 12.5,
    animate: !stillness(),
    duration: 500,
  });
}
