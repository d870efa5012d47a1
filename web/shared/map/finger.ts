/** How exactly a place can be pointed at on the map. */

/** Around the equator, in metres. */
const ROUND = 40_075_016.7;
/** A fingertip on glass covers about this many pixels to each side. */
const FINGER_PX = 12;

/** Metres within which a fingertip points there; as well as the zoom allows (Web Mercator, 512 px tiles). */
export function fingerMetres(lat: number, zoom: number): number {
  const metresPerPixel = (ROUND * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** zoom);
  return Math.max(3, Math.ceil(metresPerPixel * FINGER_PX));
}
