/** Addresses that wait, one after the other. The next is shown at once; what the server answers counts. */
import { Problem } from "../shared/http";
import * as calls from "./calls";
import { GROUPS, type Choice, type Decided, type Group, type Kind, type RegisterName, type Waiting } from "./shapes";

/** What was done last, for the bar with the way back. */
export interface Done {
  item: Waiting;
  kind: Kind;
  changed: number;
  /** None while the answer is awaited. */
  id: string | null;
  /** Whether the next record with this address is placed by it. */
  alias: boolean;
}

export interface Failure {
  error: unknown;
  /** Whose decision failed; it waits again. */
  item: Waiting | null;
  /** Somebody else decided meanwhile: there is nothing left to decide. */
  gone: boolean;
}

/** Below this many addresses the next page is fetched. */
const FEW = 6;

export class Queue {
  group: Group = $state("several");
  groups: Partial<Record<Group, number>> = $state.raw({});
  items: Waiting[] | null = $state.raw(null);
  last: Done | null = $state.raw(null);
  /** What taking back did: records that are as they were, and those that stay. */
  back: { changed: number; kept: number } | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  /** Answers that are awaited. */
  sending = $state(0);

  #key: string | null = $state(null);
  #cursor: string | null = null;
  #done: Done[] = [];
  /** Decided here, not yet answered: a page read meanwhile still has them. */
  #awaited: Waiting[] = [];
  #chain: Promise<void> = Promise.resolve();
  #reading = 0;

  constructor(readonly register: RegisterName) {}

  readonly now = $derived(this.items?.find((one) => one.key === this.#key) ?? this.items?.[0] ?? null);
  readonly at = $derived(this.now ? (this.items ?? []).indexOf(this.now) : -1);

  /** Reads a group from its beginning; where it is empty and none was asked for, the first that is not. */
  async open(group: Group | null): Promise<void> {
    this.failure = null;
    const mine = ++this.#reading;
    try {
      let wanted = group ?? GROUPS[0];
      let found = await calls.queue(this.register, wanted, null);
      const other = GROUPS.find((one) => found.groups[one]);
      if (group === null && !found.items.length && other) {
        wanted = other;
        found = await calls.queue(this.register, wanted, null);
      }
      if (mine !== this.#reading) return;
      this.group = wanted;
      this.groups = found.groups;
      this.items = found.items;
      this.#cursor = found.next;
      for (const item of this.#awaited) this.#take(item);
    } catch (error) {
      if (mine === this.#reading) this.failure = { error, item: null, gone: false };
    }
  }

  show(key: string): void {
    this.#key = key;
  }

  /** One address on or back; at the end it stays. */
  walk(by: number): void {
    const to = this.items?.[Math.max(0, Math.min(this.items.length - 1, this.at + by))];
    if (!to) return;
    this.#key = to.key;
    void this.#more();
  }

  /** Decides about the address that is shown, for all its records or for the first of them. */
  async decide(choice: Choice, allEqual: boolean): Promise<void> {
    const item = this.now;
    if (!item) return;
    const whole = allEqual || item.count === 1;
    const at = this.at;
    const done: Done = { item, kind: kindOf(choice), changed: whole ? item.count : 1, id: null, alias: false };
    this.failure = this.back = null;
    this.last = done;
    if (whole) this.#awaited.push(item);
    if (whole) this.#take(item);
    await this.#inTurn(async () => {
      try {
        const told = await this.#send(item, choice, whole);
        const known = { ...done, ...told };
        this.#done.push(known);
        if (this.last === done) this.last = known;
        if (!whole) await this.#readAgain();
      } catch (error) {
        const gone = error instanceof Problem && error.status === 404;
        if (this.last === done) this.last = this.#done.at(-1) ?? null;
        if (!gone && whole) this.#putBack(item, at);
        if (gone && !whole) this.#take(item);
        // Looked for anew since: what may be chosen is another list.
        if (error instanceof Problem && error.status === 409) await this.#readAgain();
        this.failure = { error, item, gone };
      }
    });
    void this.#more();
  }

  async #send(item: Waiting, choice: Choice, whole: boolean): Promise<Decided> {
    try {
      return await calls.decide(this.register, item, choice, whole);
    } finally {
      this.#awaited = this.#awaited.filter((one) => one !== item);
    }
  }

  /** Takes the last decision back; its address is shown again. */
  async undo(): Promise<void> {
    await this.#inTurn(async () => {
      const done = this.#done.pop();
      if (!done?.id) return;
      this.failure = null;
      try {
        const told = await calls.undo(done.id);
        this.last = null;
        this.back = { changed: told.changed, kept: told.kept.length };
        await this.open(done.item.group);
        this.#showAgain(done.item);
      } catch (error) {
        // Taken back before, by somebody else: there is nothing to try again.
        if (!(error instanceof Problem && error.status === 409)) this.#done.push(done);
        this.last = this.#done.at(-1) ?? null;
        this.failure = { error, item: null, gone: false };
      }
    });
  }

  /** The address may stand on a later page than the first. */
  #showAgain(item: Waiting): void {
    if (!this.items?.some((one) => one.key === item.key)) this.items = [item, ...(this.items ?? [])];
    this.#key = item.key;
  }

  #take(item: Waiting): void {
    const items = this.items ?? [];
    const at = items.findIndex((one) => one.key === item.key);
    if (at < 0) return;
    const left = items.toSpliced(at, 1);
    if (this.now?.key === item.key) this.#key = (left[at] ?? left[at - 1])?.key ?? null;
    this.items = left;
    this.#count(item.group, -1);
  }

  /** Where it stood, unless another group is shown by now. What is being looked at stays. */
  #putBack(item: Waiting, at: number): void {
    this.#count(item.group, 1);
    if (item.group !== this.group || this.items?.some((one) => one.key === item.key)) return;
    const shown = this.now?.key ?? item.key;
    this.items = (this.items ?? []).toSpliced(at, 0, item);
    this.#key = shown;
  }

  #count(group: Group, by: number): void {
    this.groups = { ...this.groups, [group]: Math.max(0, (this.groups[group] ?? 0) + by) };
  }

  async #readAgain(): Promise<void> {
    const key = this.#key ?? this.now?.key ?? null;
    await this.open(this.group);
    this.#key = key;
  }

  async #more(): Promise<void> {
    const cursor = this.#cursor;
    if (cursor === null || (this.items?.length ?? 0) - this.at > FEW) return;
    this.#cursor = null;
    const mine = this.#reading;
    try {
      const found = await calls.queue(this.register, this.group, cursor);
      if (mine !== this.#reading) return;
      const known = new Set((this.items ?? []).map((one) => one.key));
      this.items = [...(this.items ?? []), ...found.items.filter((one) => !known.has(one.key))];
      this.#cursor = found.next;
    } catch (error) {
      if (mine !== this.#reading) return;
      this.#cursor = cursor;
      this.failure = { error, item: null, gone: false };
    }
  }

  /** One after the other, in the order they were asked for. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.sending += 1;
    const mine = this.#chain.then(work).finally(() => (this.sending -= 1));
    this.#chain = mine.catch(() => undefined);
    await mine;
  }
}

function kindOf(choice: Choice): Kind {
  return Object.keys(choice)[0] as Kind;
}
