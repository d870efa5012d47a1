/** Shapes of the HTTP interface, as the server sends them. */

export const LANGS = ["en", "el"] as const;
export type Lang = (typeof LANGS)[number];
/** A text in every language of the interface. */
export type Text = Record<Lang, string>;
/** West, south, east, north in degrees (EPSG:4326). */
export type Bounds = [number, number, number, number];

export type Status = "shown" | "withheld" | "held" | "no_data" | "structural_zero" | "not_applicable";
export type Tier = "public" | "committee" | "planner";
export const ROLES = [
  "street_worker",
  "centre_staff",
  "agency",
  "team_lead",
  "municipal_planner",
  "regional_planner",
  "committee",
  "national",
  "auditor",
  "admin",
] as const;
export type Role = (typeof ROLES)[number];
export type Level = "country" | "region" | "unit" | "municipality";

export interface NamedArea {
  code: string;
  names: Text;
}

export interface Meta {
  name: string;
  version: string;
  demo: boolean;
  region: NamedArea;
  bounds: Bounds;
  languages: Lang[];
  notices: { code: string; text: Text }[];
  observation_categories: { code: string; label: Text }[];
}

export interface User {
  username: string;
  display_name: string;
  role: Role;
  tier: Tier;
  territory: NamedArea | null;
}

/** Who is logged in; or what a login that was begun still needs: the code of a device, or a device. */
export interface Session {
  user: User | null;
  second_factor: "wanted" | "enrol" | null;
}

/** What a device needs to make codes: the secret, as a link and as a picture too. */
export interface Enrolment {
  secret: string;
  uri: string;
  qr_svg: string;
}

export interface Release {
  id: string;
  tier: Tier;
  created_at: string;
  snapshot_id: string;
  k: number;
  rounded_to: number | null;
  period: string;
}

export interface LegendItem {
  label: Text;
  color: string;
  /** A class holds min <= value < max (null: open; min = max: that value); the last holds its max too. */
  min: number | null;
  max: number | null;
  category: string | null;
  count: number;
}

export type Pattern = "hatch" | "dots" | "cross" | "none";

export interface LegendStatus {
  status: Status;
  label: Text;
  pattern: Pattern;
  color: string;
  count: number;
}

export interface Legend {
  kind: "classes" | "categories";
  items: LegendItem[];
  statuses: LegendStatus[];
}

export interface Layer {
  id: string;
  kind: "choropleth" | "points";
  group: Text;
  title: Text;
  abstract: Text;
  unit: Text;
  decimals: number;
  period: string;
  tilejson: string;
  geojson: string;
  map_html: string;
  attribution: Text;
  legend: Legend;
}

export interface Layers {
  release: Release;
  layers: Layer[];
}

/** A value as people read it (`text`) and as machines sort it (`value`). */
export interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
  category: string | null;
  status: Status;
  text: Text;
}

export interface Row extends Figure {
  code: string;
  level: Level;
  names: Text;
}

export interface Table {
  layer: string;
  title: Text;
  unit: Text;
  release: string;
  rows: Row[];
}

export interface Area extends NamedArea {
  level: Level;
  parent_code: string | null;
  bounds: Bounds;
  /** Longitude, latitude inside the area; without it a label stands in the middle of the bounds. */
  label_point?: [number, number] | null;
}

export interface Source {
  id: string;
  title: string | Text;
  publisher: string;
  licence: string;
  reference_date: string | null;
  official: boolean;
  synthetic: boolean;
  derived: boolean;
}

export interface Why {
  formula: Partial<Text>;
  explanation: Partial<Text> | null;
  parameters: Record<string, unknown>;
  sources: Source[];
  release: string;
  snapshot: string;
}

export interface AreaFigure extends Figure {
  layer: string;
  title: Text;
  unit: Text;
  period: string;
  why: Why;
}

export interface AreaDetail extends NamedArea {
  level: Level;
  geometry_kind: "official" | "derived";
  figures: AreaFigure[];
}

export interface Gap {
  layer: string;
  title: Text;
  text: Text;
  area: NamedArea | string;
}

export interface Summary extends NamedArea {
  /** How many figures of the area (for the region: of all its areas) have which status. */
  statuses: Partial<Record<Status, number>>;
  sentences: Record<Lang, string[]>;
  gaps: Gap[];
  pockets: { id: string; members: NamedArea[]; text: Text }[];
  /** Why no gap or pocket is listed, in the server's words: none, no data and withheld differ. */
  gaps_note: Text | null;
  pockets_note: Text | null;
  sources: Source[];
  release: string | { id: string };
}

export type Urgency = "low" | "medium" | "high";

export interface ObservationInput {
  id: string;
  observed_at: string;
  lat: number;
  lon: number;
  accuracy_m: number | null;
  category: string;
  people_count: number;
  urgency: Urgency;
  note: string;
}

export interface Receipt {
  id: string;
  received_at: string;
  area: NamedArea | null;
  status: string;
}

export interface Observation extends Receipt {
  observed_at: string;
  category: string;
  people_count: number;
  urgency: Urgency;
  note: string;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string | null;
  hint?: string | null;
  instance?: string | null;
  /** Which field of what was sent is wrong, and why. */
  errors?: { path: string; message: string }[];
}
