/** Who is logged in, for every page. */
import type { User } from "./api";
import * as client from "./client";

const state = $state<{ user: User | null }>({ user: null });

export function user(): User | null {
  return state.user;
}

/** Asks the server who is logged in. */
export async function loadSession(): Promise<User | null> {
  state.user = (await client.session()).user;
  return state.user;
}

export async function logIn(username: string, password: string): Promise<void> {
  state.user = (await client.logIn(username, password)).user;
}

export async function logOut(): Promise<void> {
  await client.logOut();
  state.user = null;
}

/** The server no longer knows this session. */
export function forget(): void {
  state.user = null;
}
