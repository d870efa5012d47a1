/** Days as date fields give them ('2026-11-22'), as moments of the reader's own time zone. */

/** The first moment of a day, with its offset; nothing for no day. */
export function startOf(day: string): string {
  return day && new Date(`${day}T00:00:00`).toISOString();
}

/** The day after, so that "until" takes in the whole day. */
export function dayAfter(day: string): string {
  if (!day) return "";
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
