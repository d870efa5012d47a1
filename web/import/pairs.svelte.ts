/** Possible duplicates, one pair after the other; a person decides, and the last decision can be taken back. */
import * as calls from "./calls";
import type { Pair, Twin } from "./shapes";

export interface Decided {
  pair: Pair;
  state: "same" | "different";
}

export class Pairs {
  waiting: Pair[] | null = $state.raw(null);
  more = $state(false);
  twins = $state.raw<[Twin, Twin] | null>(null);
  last: Decided | null = $state.raw(null);
  failure: unknown = $state.raw(null);
  busy = $state(false);

  readonly now = $derived(this.waiting?.[0] ?? null);

  async load(): Promise<void> {
    await this.#try(async () => {
      const page = await calls.openPairs(null);
      this.waiting = page.items;
      this.more = page.next !== null;
      await this.#show();
    });
  }

  async decide(state: "same" | "different"): Promise<void> {
    const pair = this.now;
    if (!pair) return;
    await this.#try(async () => {
      await calls.decide(pair.id, state);
      this.last = { pair, state };
      this.waiting = (this.waiting ?? []).filter((one) => one.id !== pair.id);
      await this.#show();
    });
  }

  /** Takes the last decision back and shows the pair again. */
  async undo(): Promise<void> {
    const last = this.last;
    if (!last) return;
    await this.#try(async () => {
      await calls.decide(last.pair.id, "open");
      this.last = null;
      this.waiting = [last.pair, ...(this.waiting ?? [])];
      await this.#show();
    });
  }

  /** Puts the pair behind the others; nothing is decided. */
  async later(): Promise<void> {
    const [first, ...others] = this.waiting ?? [];
    if (!first) return;
    this.waiting = [...others, first];
    await this.#try(() => this.#show());
  }

  /** The two records are read only when they are compared: each reading is written down. */
  async #show(): Promise<void> {
    this.twins = null;
    if (!this.now && this.more) {
      const page = await calls.openPairs(null);
      this.waiting = page.items;
      this.more = page.next !== null;
    }
    const pair = this.now;
    if (!pair) return;
    const twins = await Promise.all([calls.twin(pair.person_a), calls.twin(pair.person_b)]);
    if (this.now?.id === pair.id) this.twins = twins;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.failure = error;
    } finally {
      this.busy = false;
    }
  }
}
