/** The address as state, for pages of several views: moved along without loading the page anew. */
import { tick } from "svelte";

const state = $state({ query: location.search });

export function query(): string {
  return state.query;
}

/** A step that the reader can take back; reading goes on at the top of the view. */
export async function goTo(wanted: string): Promise<void> {
  history.pushState(null, "", wanted);
  arrived();
  await tick();
  document.getElementById("main")?.focus();
}

/** The same step under another address; empty: the page alone. */
export function stayAt(wanted: string): void {
  history.replaceState(null, "", wanted || location.pathname);
  arrived();
}

/** The browser went to another address by itself: back, forward. */
export function arrived(): void {
  state.query = location.search;
}
