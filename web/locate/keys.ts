/** What a key does in the queue; on the Greek layout the letters beside are on the same keys. */

export type Deed =
  | { do: "choose"; at: number }
  | { do: "keep" | "refuse" | "next" | "before" | "undo" | "pin" | "all" | "help" };

const DEEDS: Record<string, Deed["do"] & string> = {
  Enter: "keep",
  "0": "refuse",
  j: "next",
  ξ: "next",
  ArrowDown: "next",
  k: "before",
  κ: "before",
  ArrowUp: "before",
  u: "undo",
  θ: "undo",
  p: "pin",
  π: "pin",
  a: "all",
  α: "all",
  "?": "help",
};

/** The deed of a key as the browser names it; null for any other key. */
export function deedOf(key: string): Deed | null {
  if (/^[1-9]$/.test(key)) return { do: "choose", at: Number(key) - 1 };
  const deed = DEEDS[key.length === 1 ? key.toLowerCase() : key];
  return deed && deed !== "choose" ? { do: deed } : null;
}

/** What holds keys of its own, and which of ours it takes. */
const TYPED = "input:not([type=checkbox]), select, textarea, dialog, [contenteditable]";
const PRESSED = "button, a, summary, input, canvas";
const MOVED = "canvas, [data-pin]";

/** Whether a key pressed there is meant for the queue, and not for what has the focus. */
export function meantForQueue(deed: Deed, target: { closest(selector: string): unknown } | null): boolean {
  if (target?.closest(TYPED)) return false;
  if (deed.do === "keep") return !target?.closest(PRESSED);
  if (deed.do === "next" || deed.do === "before") return !target?.closest(MOVED);
  return true;
}
