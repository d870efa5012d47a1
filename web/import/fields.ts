/** The fields that a file may give to each register; geo/fields holds them, a test compares. */
import type { Text } from "../shared/api";
import facts from "./fields.json";
import profiles from "./words.json";

/** Something that a column may be. */
export interface Field {
  name: string;
  names: Text;
  /** Every new row needs it, and nothing stands in for it. */
  needed: boolean;
  /** Several columns together may give it: street and number. */
  joined: boolean;
  /** What the words of a file may mean: a closed list, or a list of the country's profile. */
  words?: Record<string, Text>;
  words_from?: string;
}

/** What a word may mean. */
export interface Meaning {
  code: string;
  names: Text;
}

const IDENTITY = "identity";
const IDENTIFIER = "external_id";

type Facts = Record<string, Record<string, Omit<Field, "name"> | string[]>>;

function of(register: string): Facts[string] {
  return (facts as Facts)[register] ?? {};
}

export function fieldsOf(register: string): Field[] {
  return Object.entries(of(register))
    .filter((entry): entry is [string, Omit<Field, "name">] => entry[0] !== IDENTITY)
    .map(([name, about]) => ({ name, ...about }));
}

/** Needed fields that are not among those given; identifiers are made where other fields tell rows apart. */
export function absentFrom(register: string, given: ReadonlySet<string>): string[] {
  const identity = (of(register)[IDENTITY] ?? []) as string[];
  const known = identity.some((name) => given.has(name));
  return fieldsOf(register)
    .filter((one) => one.needed && !given.has(one.name) && !(one.name === IDENTIFIER && known))
    .map((one) => one.name);
}

/** What a word of a field may mean; profiles differ by country. */
export function meaningsOf(field: Field | undefined, country: string | undefined): Meaning[] {
  const lists = profiles as Record<string, Record<string, Record<string, Text>>>;
  const words = field?.words ?? lists[country ?? ""]?.[field?.words_from ?? ""] ?? {};
  return Object.entries(words).map(([code, names]) => ({ code, names }));
}
