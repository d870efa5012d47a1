/** How sure a place is, in words: what it is, and how far off it may be. Never a bare score. */
import { lang, t } from "../shared/i18n.svelte";
import { rounded } from "./ground";
import type { PlaceClass } from "./shapes";

export function classWords(name: PlaceClass | null): string {
  return t(`locate.class_${name ?? "none"}`);
}

/** "within about 300 m"; empty where no radius is known. */
export function radiusWords(metres: number | null): string {
  if (metres === null) return "";
  const { unit, value } = rounded(metres);
  const distance = new Intl.NumberFormat(lang(), { style: "unit", unit, unitDisplay: "short" }).format(value);
  return t("locate.within", { distance });
}

/** What a place is and how far off it may be, in one line. */
export function surely(place: { class: PlaceClass | null; radius_m: number | null }): string {
  return [classWords(place.class), radiusWords(place.radius_m)].filter(Boolean).join(" · ");
}
