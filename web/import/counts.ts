/** What became of rows in the registers, added up over the registers one file fills. */
export const FATES = ["inserted", "updated", "unchanged", "conflicts"] as const;
export type Fate = (typeof FATES)[number];

/** How many rows met each fate, those that none met left out. */
export function written(registers: Record<string, Record<string, number>>): [Fate, number][] {
  return FATES.map((fate): [Fate, number] => [
    fate,
    Object.values(registers).reduce((sum, one) => sum + (one[fate] ?? 0), 0),
  ]).filter(([, count]) => count > 0);
}
