/** How much of a release its readers do not get to see. */
import type { Layer } from "../shared/api";

export interface Withheld {
  withheld: number;
  total: number;
  /** withheld / total; 0 where there is no figure at all. */
  share: number;
}

/** Counts over all areas of all layers; states of "no data" are figures too, they are not withheld. */
export function withheldShare(layers: Layer[]): Withheld {
  let withheld = 0;
  let total = 0;
  for (const { kind, legend } of layers) {
    if (kind !== "choropleth") continue;
    for (const item of legend.items) total += item.count;
    for (const item of legend.statuses) {
      // A held figure carries a value and so stands among the classes already.
      if (item.status !== "held") total += item.count;
      if (item.status === "withheld") withheld += item.count;
    }
  }
  return { withheld, total, share: total ? withheld / total : 0 };
}
