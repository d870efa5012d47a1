/** Who is logged in, for every page; a login that waits for its second factor opens nothing yet. */
import type { Session, User } from "./api";
import * as client from "./client";
import { lang, setLang } from "./i18n.svelte";

export type Step = "password" | "code" | "enrol";

const NOBODY: Session = { user: null, second_factor: null };
let turn = 0;
const state = $state<{ session: Session }>({ session: NOBODY });

export function user(): User | null {
  return state.session.user;
}

/** What comes next in logging in. */
export function step(): Step {
  if (state.session.second_factor === "wanted") return "code";
  return state.session.second_factor === "enrol" ? "enrol" : "password";
}

/** Asks the server who is logged in; an answer that a login or logout overtook no longer counts. */
export async function loadSession(): Promise<User | null> {
  const asked = turn;
  const found = await client.session();
  if (asked === turn) state.session = found;
  return user();
}

export async function logIn(username: string, password: string): Promise<void> {
  take(await client.logIn(username, password));
}

export async function giveCode(code: string): Promise<void> {
  take(await client.giveCode(code));
}

export async function logOut(): Promise<void> {
  await client.logOut();
  // The answer empties what the browser keeps; the language is no secret and stays.
  setLang(lang());
  forget();
}

/** The server no longer knows this session. */
export function forget(): void {
  take(NOBODY);
}

function take(session: Session): void {
  turn += 1;
  state.session = session;
}
