/** Shapes of the administration's interface, as the server sends them. */
import type { NamedArea, Role, Text } from "../shared/api";

export interface NamedAgency {
  id: string;
  name: string;
}

/** Somebody with an account. */
export interface Person {
  username: string;
  display_name: string;
  role: Role;
  territory: NamedArea | null;
  agency: NamedAgency | null;
  disabled: boolean;
  demo: boolean;
  second_factor: boolean;
  oidc: { issuer: string; subject: string } | null;
  created_at: string;
}

/** What is changed of an account; another role drops the territory and agency that are not named. */
export interface PersonChange {
  display_name?: string;
  role?: Role;
  territory?: string | null;
  agency_id?: string | null;
  disabled?: boolean;
}

export interface NewPerson extends PersonChange {
  username: string;
  display_name: string;
  role: Role;
  password: string;
}

export interface Page<T> {
  items: T[];
  /** Where the next page begins; null at the end. */
  next: string | number | null;
}

/** What somebody may do with one table, and how many of its rows there are for them. */
export interface Sight {
  table: string;
  names: Text;
  rights: Text[];
  hidden: string[];
  rows: Text | null;
}

export interface Sees {
  user: Person;
  releases: Text;
  items: Sight[];
}

/** A place that an account may work in; `agency_territory` is the level of the second hierarchy. */
export interface Territory extends NamedArea {
  level: string;
  country: string;
}

export interface Event {
  id: number;
  at: string;
  actor: string | null;
  actor_id: string | null;
  role: string | null;
  territory: string | null;
  action: string;
  subject: string;
  person_id: string | null;
  purpose: string | null;
}

/** What is sought in the log; empty: anything. Days as the browser's fields give them. */
export interface Sought {
  actor: string;
  action: string;
  person: string;
  since: string;
  until: string;
}
