/** Areas as a tree, from the country down; with words sought, only the branches that hold them. */
import type { Area } from "../shared/api";
import { byName, folded } from "../shared/i18n.svelte";

export interface Branch {
  area: Area;
  children: Branch[];
  /** Areas at the ends of the branch. */
  leaves: number;
}

/** The trees of areas without a parent among them; `wanted` is already folded. */
export function branches(areas: readonly Area[], wanted: string): Branch[] {
  const known = new Set(areas.map((area) => area.code));
  const below = new Map<string, Area[]>();
  for (const area of areas) {
    const above = area.parent_code !== null && known.has(area.parent_code) ? area.parent_code : "";
    below.set(above, [...(below.get(above) ?? []), area]);
  }
  const grow = (area: Area, taken: boolean): Branch | null => {
    const here = taken || [area.code, ...Object.values(area.names)].some((text) => folded(text).includes(wanted));
    const children = (below.get(area.code) ?? [])
      .toSorted(byName)
      .map((child) => grow(child, here))
      .filter((child) => child !== null);
    if (!here && !children.length) return null;
    return { area, children, leaves: children.reduce((sum, child) => sum + child.leaves, 0) || 1 };
  };
  return (below.get("") ?? []).toSorted(byName).flatMap((area) => grow(area, wanted === "") ?? []);
}
