/** How much of a summary's figures its readers do not get to see. */
import type { Status } from "../shared/api";

export interface Withheld {
  withheld: number;
  total: number;
  /** withheld / total; 0 where there is no figure at all. */
  share: number;
}

/** From the server's own count of figures by status: the same that its sentences speak of. */
export function withheldShare(statuses: Partial<Record<Status, number>>): Withheld {
  const total = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const withheld = statuses.withheld ?? 0;
  return { withheld, total, share: total ? withheld / total : 0 };
}
