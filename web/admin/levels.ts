/** Names of the levels of territories, in the reader's language. */
import { t } from "../shared/i18n.svelte";

const LEVELS = ["country", "region", "unit", "municipality", "agency_territory"] as const;

/** The level's name; one that is new to this page stands as the server wrote it. */
export function levelName(level: string): string {
  const known = LEVELS.find((one) => one === level);
  return known ? t(`level.${known}`) : level;
}
