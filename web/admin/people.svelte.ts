/** The accounts: the list, what is searched in it, and the last change with the way back. */
import type { Role } from "../shared/api";
import { folded, type Key } from "../shared/i18n.svelte";
import * as calls from "./calls";
import type { Person, PersonChange } from "./shapes";

export type StateFilter = "" | "active" | "disabled" | "no_second_factor";

/** The last change, in words, and how to take it back where that is possible. */
export interface Done {
  key: Key;
  name: string;
  username: string;
  undo: PersonChange | null;
}

/** An account's changeable part, as a change that would bring it about. */
export function asChange(person: Person): PersonChange {
  const { display_name, role, territory, agency, disabled } = person;
  return { display_name, role, territory: territory?.code ?? null, agency_id: agency?.id ?? null, disabled };
}

/** Accounts that match; words are sought in name, user name, place and agency, without accents. */
export function matching(all: readonly Person[], words: string, role: Role | "", state: StateFilter): Person[] {
  const wanted = folded(words).split(/\s+/).filter(Boolean);
  const of = (one: Person): string =>
    folded(
      [one.display_name, one.username, one.agency?.name, one.territory?.code, ...Object.values(one.territory?.names ?? {})].join(
        " ",
      ),
    );
  return all.filter(
    (one) =>
      (role === "" || one.role === role) &&
      (state === "" ||
        (state === "disabled" && one.disabled) ||
        (state === "active" && !one.disabled) ||
        (state === "no_second_factor" && !one.second_factor)) &&
      wanted.every((word) => of(one).includes(word)),
  );
}

export class People {
  all: Person[] | null = $state.raw(null);
  failure: unknown = $state.raw(null);
  done: Done | null = $state.raw(null);
  busy: string | null = $state(null);

  words = $state("");
  role: Role | "" = $state("");
  state: StateFilter = $state("");

  readonly found = $derived(matching(this.all ?? [], this.words, this.role, this.state));

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.all = await calls.people();
    } catch (error) {
      this.failure = error;
    }
  }

  /** Puts an account as the server now has it into the list, new ones at their place. */
  take(person: Person): void {
    const others = (this.all ?? []).filter((one) => one.username !== person.username);
    this.all = [...others, person].sort((a, b) => (a.username < b.username ? -1 : 1));
  }

  /** Shuts somebody out, or lets them in again; one press, and one to take it back. */
  async setDisabled(person: Person, disabled: boolean): Promise<void> {
    const key = disabled ? "admin.done_disabled" : "admin.done_enabled";
    await this.#run(person.username, async () => {
      this.take(await calls.changePerson(person.username, { disabled }));
      this.told(key, person, { disabled: !disabled });
    });
  }

  async undo(): Promise<void> {
    const done = this.done;
    if (!done?.undo) return;
    const { undo, username, name } = done;
    await this.#run(username, async () => {
      this.take(await calls.changePerson(username, undo));
      this.done = { key: "admin.done_undone", name, username, undo: null };
    });
  }

  told(key: Key, person: Person, undo: PersonChange | null): void {
    this.done = { key, name: person.display_name, username: person.username, undo };
  }

  async #run(username: string, work: () => Promise<void>): Promise<void> {
    this.busy = username;
    this.failure = null;
    this.done = null;
    try {
      await work();
    } catch (error) {
      this.failure = error;
    } finally {
      this.busy = null;
    }
  }
}
