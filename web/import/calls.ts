/** Calls to the server that only the import page makes. */
import type { Lang } from "../shared/api";
import { BASE, get, part, post, put, query, remove, upload } from "../shared/http";
import { sendable } from "./mapping";
import type { Import, Mapping, Mode, Pair, Register, Tried, Twin, Undone } from "./shapes";

const IMPORTS = "/imports";
/** Why two records are looked at side by side. */
const PURPOSE = "check";

/** Kinds of records that this reader may add to. */
export async function registers(): Promise<Register[]> {
  const found: { items: Register[] } = await get("/registers");
  return found.items.filter((one) => "insert" in one.may);
}

export const send = (
  file: File,
  register: string,
  lang: Lang,
  told: (share: number) => void,
  signal: AbortSignal,
): Promise<Tried> => upload(IMPORTS + query({ register, name: file.name, lang }), file, told, signal);
export const read = (id: string): Promise<Import> => get(`${IMPORTS}/${part(id)}`);
export const map = (id: string, mapping: Mapping, lang: Lang): Promise<Tried> =>
  put(`${IMPORTS}/${part(id)}/mapping${query({ lang })}`, sendable(mapping));
export const start = (id: string, mode: Mode, lang: Lang): Promise<Import> =>
  post(`${IMPORTS}/${part(id)}/run${query({ lang })}`, { mode });
export const undo = (id: string): Promise<Undone> => post(`${IMPORTS}/${part(id)}/undo`, {});
export const cancel = (id: string): Promise<void> => remove(`${IMPORTS}/${part(id)}`);

export interface Imports {
  items: Import[];
  next: string | null;
}

/** This account's imports, the newest first. */
export const imports = (cursor: string | null): Promise<Imports> => get(IMPORTS + query({ cursor }));

/** Address of the refused rows with their reasons, as a file. */
export const rejectsUrl = (id: string): string => `${BASE}${IMPORTS}/${part(id)}/rejects.csv`;

export interface Pairs {
  items: Pair[];
  next: string | null;
}

/** Pairs that nobody has decided about yet. */
export const openPairs = (cursor: string | null): Promise<Pairs> =>
  get(`/duplicates${query({ purpose: PURPOSE, state: "open", limit: 50, cursor })}`);
export const twin = (id: string): Promise<Twin> => get(`/registers/people/${part(id)}${query({ purpose: PURPOSE })}`);
export const decide = (id: string, state: Pair["state"]): Promise<unknown> =>
  post(`/duplicates/${part(id)}/decision`, { state });
