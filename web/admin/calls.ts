/** Calls to the server that only the administration makes. */
import type { Lang } from "../shared/api";
import { BASE, get, part, patch, post, query, remove, request } from "../shared/http";
import type { Choice } from "../shared/choice";
import { dayAfter, startOf } from "./days";
import type { Event, NewPerson, Page, Person, PersonChange, Sees, Sought, Territory } from "./shapes";

const USERS = "/admin/users";
const MOST = 200;

/** Every page of a list, one after the other. */
async function all<T>(path: string, more: Record<string, string> = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | number | null = null;
  do {
    const page: Page<T> = await get(path + query({ ...more, cursor, limit: MOST }));
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

export const people = (): Promise<Person[]> => all(USERS);
export const addPerson = (given: NewPerson): Promise<Person> => post(USERS, given);
export const sees = (username: string): Promise<Sees> => get(`${USERS}/${part(username)}/sees`);
export const endLogins = (username: string): Promise<void> => remove(`${USERS}/${part(username)}/sessions`);
export const resetSecondFactor = (username: string): Promise<void> =>
  remove(`${USERS}/${part(username)}/second-factor`);
export const changePerson = (username: string, change: PersonChange): Promise<Person> =>
  patch(`${USERS}/${part(username)}`, change);

/** An account as it is now, with the tag by which a later change knows it is still so. */
export async function person(username: string): Promise<{ person: Person; tag: string }> {
  const response = await request("GET", `${USERS}/${part(username)}`);
  return { person: (await response.json()) as Person, tag: response.headers.get("etag") ?? "" };
}

/** Changes an account only if nobody else did since `tag`. */
export async function changeSeen(username: string, change: PersonChange, tag: string): Promise<Person> {
  const response = await request("PATCH", `${USERS}/${part(username)}`, change, { "if-match": tag });
  return (await response.json()) as Person;
}

/** Territories of some levels whose code or name holds what was typed. */
export async function territories(typed: string, levels: readonly string[]): Promise<Territory[]> {
  const found: Page<Territory> = await get(`/admin/territories${query({ q: typed, limit: MOST })}`);
  return found.items.filter((one) => levels.includes(one.level));
}

/** The territories of the second hierarchy. */
export async function agencyTerritories(): Promise<Territory[]> {
  return (await all<Territory>("/admin/territories")).filter((one) => one.level === "agency_territory");
}

/** Agencies whose name holds what was typed. */
export async function agencies(typed: string): Promise<Choice[]> {
  const found: Page<{ id: string; name: string; area_code: string | null }> = await get(
    `/registers/agencies${query({ q: typed, limit: 50 })}`,
  );
  return found.items.map((one) => ({ code: one.id, name: one.name, beside: one.area_code ?? "" }));
}

/** Events, newest first; those before `cursor`. The look itself becomes an event. */
export function events(sought: Sought, cursor: string | number | null): Promise<Page<Event>> {
  const { since, until, ...words } = sought;
  return get(`/admin/audit${query({ ...words, since: startOf(since), until: startOf(dayAfter(until)), cursor, limit: 50 })}`);
}

/** Reads, exports and changes of one person's record, newest first; no account is named in it. */
export async function looksAt(personId: string): Promise<Event[]> {
  const found: { items: Omit<Event, "id" | "actor" | "person_id">[] } = await get(
    `/people/${part(personId)}/access-list`,
  );
  return found.items.map((one, id) => ({ ...one, id, actor: null, person_id: null }));
}

/** Address of the same list as a page to print. */
export function looksPage(personId: string, lang: Lang): string {
  return `${BASE}/people/${part(personId)}/access-list${query({ format: "html", lang })}`;
}
