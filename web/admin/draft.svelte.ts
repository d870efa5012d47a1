/** An account while it is made or changed: role, place, and what is still missing. */
import type { Role } from "../shared/api";
import { local } from "../shared/i18n.svelte";
import type { Choice } from "../shared/choice";
import { PLACE_OF } from "./places";
import type { Person, PersonChange } from "./shapes";

export class Draft {
  displayName = $state("");
  role: Role = $state("street_worker");
  territory: Choice | null = $state.raw(null);
  agency: Choice | null = $state.raw(null);
  /** Set once somebody tried to save: from then on what is missing is said. */
  asked = $state(false);

  constructor(person?: Person) {
    if (!person) return;
    this.displayName = person.display_name;
    this.role = person.role;
    this.territory = person.territory && { code: person.territory.code, name: local(person.territory.names) };
    this.agency = person.agency && { code: person.agency.id, name: person.agency.name };
  }

  /** Another role: a place of another kind does not come along. */
  chooseRole(role: Role): void {
    const before = PLACE_OF[this.role].levels.join();
    this.role = role;
    if (PLACE_OF[role].levels.join() !== before) this.territory = null;
    if (!PLACE_OF[role].agency) this.agency = null;
  }

  get lacks(): ("display_name" | "territory" | "agency")[] {
    const place = PLACE_OF[this.role];
    return [
      ...(this.displayName.trim() ? [] : (["display_name"] as const)),
      ...(place.territory === "required" && !this.territory ? (["territory"] as const) : []),
      ...(place.agency && !this.agency ? (["agency"] as const) : []),
    ];
  }

  /** All that can be changed, said in full: what is not named would be dropped with the old role. */
  get change(): Required<Omit<PersonChange, "disabled">> {
    const place = PLACE_OF[this.role];
    return {
      display_name: this.displayName.trim(),
      role: this.role,
      territory: place.territory === "none" ? null : (this.territory?.code ?? null),
      agency_id: place.agency ? (this.agency?.code ?? null) : null,
    };
  }
}
