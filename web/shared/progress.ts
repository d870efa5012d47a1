/** How long something will still take, in words; and when its progress is worth telling. */

export type Span = { unit: "seconds" | "minutes"; count: number };

/** Seconds as people say them: "about 20 seconds", "about 3 minutes"; rounded up, never to the second. */
export function spoken(seconds: number): Span {
  if (seconds < 55) return { unit: "seconds", count: Math.max(5, Math.ceil(seconds / 5) * 5) };
  return { unit: "minutes", count: Math.max(1, Math.ceil(seconds / 60 - 0.05)) };
}

/** Whether a step is worth telling to a screen reader: every tenth of the way. */
export function milestone(done: number, total: number | null): number | null {
  return total ? Math.floor((Math.min(done, total) / total) * 10) * 10 : null;
}
