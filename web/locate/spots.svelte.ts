/** Spots that the team keeps: listed by name, put on the map, changed, taken out and brought back. */
import { lang } from "../shared/i18n.svelte";
import * as calls from "./calls";
import type { Spot, SpotInput } from "./shapes";

export class Spots {
  all: Spot[] | null = $state.raw(null);
  /** The spot that was taken out last, to be brought back. */
  removed: Spot | null = $state.raw(null);
  failure: unknown = $state.raw(null);
  busy = $state(false);

  load(): Promise<boolean> {
    return this.#try(async () => {
      const found: Spot[] = [];
      let cursor: string | null = null;
      do {
        const page: calls.Page<Spot> = await calls.spots(cursor);
        found.push(...page.items);
        cursor = page.next;
      } while (cursor !== null);
      this.#keep(found);
    });
  }

  /** Adds a spot, or changes the one that was read; whether the server took it. */
  save(spot: Spot | null, input: SpotInput): Promise<boolean> {
    return this.#try(async () => {
      const kept = spot ? await calls.changeSpot(spot, input) : await calls.addSpot(input);
      this.#keep([...(this.all ?? []).filter((one) => one.id !== kept.id), kept]);
      this.removed = null;
    });
  }

  remove(spot: Spot): Promise<boolean> {
    return this.#try(async () => {
      await calls.removeSpot(spot);
      this.#keep((this.all ?? []).filter((one) => one.id !== spot.id));
      this.removed = spot;
    });
  }

  /** Makes the spot that was taken out anew, as it was. */
  bringBack(): Promise<boolean> {
    const spot = this.removed;
    if (!spot) return Promise.resolve(false);
    const { name, names, note, lat, lon, radius_m } = spot;
    return this.save(null, { name, names, note, lat, lon, radius_m });
  }

  #keep(spots: Spot[]): void {
    const order = new Intl.Collator(lang());
    this.all = spots.toSorted((a, b) => order.compare(a.name, b.name));
  }

  async #try(work: () => Promise<void>): Promise<boolean> {
    this.failure = null;
    this.busy = true;
    try {
      await work();
      return true;
    } catch (error) {
      this.failure = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** Other names as they are typed: one a line. */
export function namesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((one) => one.trim()))].filter(Boolean);
}
