/** Shapes of imports and of possible duplicates, as the server sends them. */
import type { Text } from "../shared/api";

export type State = "waiting" | "running" | "done" | "failed" | "cancelled" | "undone";
export type Mode = "strict" | "partial";
export type Confidence = "sure" | "likely" | "unsure" | "none";

/** A kind of record; `may` are the verbs this reader has. */
export interface Register {
  name: string;
  names: Text;
  personal: boolean;
  may: Record<string, unknown>;
}

/** A column and what the server takes it for. */
export interface Guess {
  column: string;
  field: string | null;
  how_sure: Confidence;
  sample: string;
}

/** The same as the table shows it; no sample and no guess once the page was loaded anew. */
export interface Column {
  name: string;
  sample: string | null;
  field: string | null;
  confidence: Confidence;
}

/** Which column is which field, and how the file is read; the same content as a mapping file's. */
export interface Mapping {
  register?: string;
  source?: string;
  columns: Record<string, string>;
  skip?: string[];
  constants?: Record<string, string>;
  values?: Record<string, Record<string, string>>;
  country?: string;
  encoding?: string;
  /** By name, since some delimiters cannot be seen. */
  delimiter?: string;
  sheet?: string;
  header_rows?: number[];
  decimal?: string;
  date_order?: string;
}

/** What became, or would become, of rows: by register and fate, then in all. */
export interface Counts {
  total: number;
  accepted: number;
  rejected: number;
  skipped: number;
  warned: number;
  written: Record<string, Record<string, number>>;
  duplicates?: number;
}

/** One thing found in one row; row as a spreadsheet numbers it, words in the language asked for. */
export interface Found {
  row: number;
  level: "rejected" | "warning" | "skipped";
  column: string | null;
  field: string | null;
  value: string | null;
  problem: string;
  remedy: string;
}

/** How many rows one reason is said of. */
export interface Reason {
  level: Found["level"];
  column: string | null;
  rows: number;
  code: string;
  problem: string;
  remedy: string;
  first_row: number | null;
}

/** How a file reads with a mapping; nothing of it is written. */
export interface Tried extends Counts {
  id: string;
  register: string;
  format: string;
  encoding: string | null;
  delimiter: string | null;
  sheet: string | null;
  /** Not told by every version of the service. */
  sheets?: string[];
  header_rows?: number[];
  mapping: Mapping;
  guesses: Guess[];
  unused_columns: string[];
  notes: string[];
  reasons: Reason[];
  rows: Found[];
}

export interface Undone {
  removed: number;
  restored: number;
  kept: number;
}

/** An import and how far it is. */
export interface Import {
  id: string;
  register: string;
  file_name: string;
  file_bytes: number;
  mode: Mode;
  state: State;
  mapping: Mapping;
  counts: Partial<Counts> & { undone?: Undone };
  /** What stopped the whole of it, by language. */
  problem: Partial<Text> | null;
  rows_done: number;
  rows_total: number | null;
  /** Rows a second, and seconds left at that rate. */
  rate: number | null;
  seconds_left: number | null;
  /** Whether refused rows lie ready to be fetched. */
  rejects: boolean;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

/** Two records that may be one person. */
export interface Pair {
  id: string;
  person_a: string;
  person_b: string;
  pseudonym_a: string;
  pseudonym_b: string;
  area_code: string | null;
  score: number;
  reasons: { rule?: string } | null;
  state: "open" | "same" | "different";
  found_at: string;
}

/** As much of a person's record as two are compared by. */
export interface Twin {
  id: string;
  pseudonym: string;
  birth_year: number | null;
  sex: string | null;
  area_code: string | null;
  external_id: string | null;
  source_id: string | null;
  updated_at: string;
}
