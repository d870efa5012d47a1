/** Calls to the server that only the page of addresses makes. */
import { get, part, post, query, request } from "../shared/http";
import type { Choice, Decided, Decision, Group, Queued, RegisterName, Run, Spot, SpotInput, Undone, Waiting } from "./shapes";

const DECISIONS = "/locations/decisions";
const JOBS = "/locations/jobs";
/** Addresses read at once; of people each one that is shown is written down. */
const PAGE = 25;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export const queue = (register: RegisterName, group: Group, cursor: string | null): Promise<Queued> =>
  get(`/locations/queue${query({ register, group, cursor, limit: PAGE })}`);
export const decide = (register: RegisterName, item: Waiting, choice: Choice, allEqual: boolean): Promise<Decided> =>
  post(DECISIONS, {
    register,
    key: item.key,
    ...choice,
    all_equal: allEqual,
    ...(allEqual ? {} : { record: item.record }),
  });
export const undo = (id: string): Promise<Undone> => post(`${DECISIONS}/${part(id)}/undo`, {});
export const decisions = (cursor: string | null): Promise<Page<Decision>> => get(DECISIONS + query({ cursor }));

export const runs = (): Promise<Page<Run>> => get(JOBS);
export const run = (id: string): Promise<Run> => get(`${JOBS}/${part(id)}`);
export const begin = (register: RegisterName): Promise<{ id: string }> => post(JOBS, { register });
export const cancel = (id: string): Promise<Run> => post(`${JOBS}/${part(id)}/cancel`, {});
export const resume = (id: string): Promise<Run> => post(`${JOBS}/${part(id)}/resume`, {});

export const spots = (cursor: string | null): Promise<Page<Spot>> => get(`/spots${query({ cursor, limit: 200 })}`);
export const addSpot = (spot: SpotInput): Promise<Spot> => post("/spots", spot);
/** Changes the version that was read; the server refuses where somebody changed it since. */
export const changeSpot = async (spot: Spot, change: Partial<SpotInput>): Promise<Spot> =>
  (await request("PATCH", `/spots/${part(spot.id)}`, change, version(spot))).json() as Promise<Spot>;
export const removeSpot = async (spot: Spot): Promise<void> =>
  void (await request("DELETE", `/spots/${part(spot.id)}`, undefined, version(spot)));

const version = (spot: Spot): Record<string, string> => ({ "if-match": `"v${spot.version}"` });
