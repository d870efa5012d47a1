/** Shapes of addresses that wait for a place, of runs and of spots, as the server sends them. */
import type { Text } from "../shared/api";

export const REGISTERS = ["people", "sites"] as const;
export type RegisterName = (typeof REGISTERS)[number];
/** In the order of work: what a person can solve with one key comes first. */
export const GROUPS = ["several", "street", "none", "changed", "exact"] as const;
export type Group = (typeof GROUPS)[number];
export type PlaceClass = "address" | "street" | "postcode" | "settlement" | "municipality" | "none";

/** A point in degrees (EPSG:4326) and the metres within which it is true. */
export interface Spotted {
  lat: number;
  lon: number;
  radius_m: number | null;
}

export interface Alternative extends Spotted {
  /** What a decision names it by. */
  key: string;
  matched: string;
  class: PlaceClass;
  area_code: string | null;
  postcode: string | null;
  /** Orders the alternatives; it is no measure that people are shown. */
  agreement: number;
}

/** One address that waits for a person; equal addresses are one, `count` says how many records. */
export interface Waiting {
  key: string;
  group: Group;
  count: number;
  text: string;
  municipality_text: string | null;
  postcode: string | null;
  class: PlaceClass | null;
  lat: number | null;
  lon: number | null;
  radius_m: number | null;
  area_code: string | null;
  matched: string | null;
  reason: Text | null;
  alternatives: Alternative[];
  /** Keys of where it stands and of the record that is shown, which decisions name. */
  place: string;
  record: string;
}

export interface Queued {
  groups: Partial<Record<Group, number>>;
  items: Waiting[];
  next: string | null;
}

/** What a person says about an address. */
export type Choice =
  | { alternative: string }
  | { point: { lat: number; lon: number; radius_m: number } }
  | { keep: string }
  | { refuse: true };
export type Kind = "alternative" | "point" | "keep" | "refuse" | "unlock";

export interface Decided {
  id: string;
  changed: number;
  /** Whether the next record with this address is placed by it. */
  alias: boolean;
}

export interface Undone {
  changed: number;
  /** Records that stay: somebody changed them since, or they are no longer the reader's. */
  kept: { id: string | null; why: "changed" | "moved" }[];
}

/** A decision that was made; it names no address. */
export interface Decision {
  id: string;
  register: RegisterName;
  kind: Kind;
  changed: number;
  alias: boolean;
  at: string;
  undone_at: string | null;
}

export type RunState = "waiting" | "running" | "done" | "cancelled" | "stopped";

/** A run of the geocoder over a register, and how far it is. */
export interface Run {
  id: string;
  register: RegisterName;
  state: RunState;
  done: number;
  total: number | null;
  per_second: number | null;
  seconds_left: number | null;
  by_class: Partial<Record<PlaceClass, number>>;
  ended_at: string | null;
}

/** A place that the team knows by a name of its own. */
export interface Spot {
  id: string;
  version: number;
  name: string;
  names: string[];
  note: string;
  lat: number;
  lon: number;
  radius_m: number;
  area_code: string | null;
}

export type SpotInput = Pick<Spot, "name" | "names" | "note" | "lat" | "lon" | "radius_m">;
