/** The queue of addresses: the next at once, errors put back, undo, and who may. */
import { readFileSync } from "node:fs";
import { beforeEach, expect, it, vi } from "vitest";
import { Queue } from "../locate/queue.svelte";
import { PLACERS, SPOT_KEEPERS, viewsOf } from "../locate/registers";
import { Runs } from "../locate/runs.svelte";
import type { Queued, Run, Waiting } from "../locate/shapes";
import { namesOf } from "../locate/spots.svelte";
import { ROLES } from "../shared/api";

const sent: { method: string; url: string; body: unknown }[] = [];
const answers: (() => Response | Promise<Response>)[] = [];
const ok = (body: unknown) => () => Response.json(body);
const problem = (status: number) => () => Response.json({ title: "no", status }, { status });

function address(key: string, count = 1): Waiting {
  return {
    key,
    group: "several",
    count,
    text: `Street of ${key}`,
    municipality_text: null,
    postcode: null,
    class: "none",
    lat: null,
    lon: null,
    radius_m: null,
    area_code: null,
    matched: null,
    reason: null,
    alternatives: [],
    place: `${key}-place`,
    record: `${key}-record`,
  };
}

const page = (keys: string[], next: string | null = null): Queued => ({
  groups: { several: keys.length, street: 2 },
  items: keys.map((key) => address(key, key === "b" ? 3 : 1)),
  next,
});

beforeEach(() => {
  sent.length = answers.length = 0;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push({ method: String(init.method), url, body: init.body ? JSON.parse(String(init.body)) : null });
    return Promise.resolve(answers.shift()!());
  });
});

async function opened(...keys: string[]): Promise<Queue> {
  const queue = new Queue("people");
  answers.push(ok(page(keys)));
  await queue.open("several");
  return queue;
}

it("begins with the first group that has something in it", async () => {
  const queue = new Queue("people");
  answers.push(ok({ groups: { none: 4 }, items: [], next: null }), ok({ groups: { none: 4 }, items: [address("n")], next: null }));
  await queue.open(null);
  expect([queue.group, queue.now?.key]).toEqual(["none", "n"]);
  expect(sent.map((one) => one.url.replace(/.*group=/, ""))).toEqual(["several&limit=25", "none&limit=25"]);
});

it("shows the next address before the answer comes, and says what the server did", async () => {
  const queue = await opened("a", "b", "c");
  queue.walk(1);
  let answer: (response: Response) => void = () => undefined;
  answers.push(() => new Promise((resolve) => (answer = resolve)));
  const work = queue.decide({ alternative: "one" }, true);
  expect([queue.now?.key, queue.groups.several, queue.last?.id]).toEqual(["c", 2, null]);
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  answer(Response.json({ id: "d1", changed: 4, alias: true }));
  await work;
  expect(sent.at(-1)?.body).toEqual({ register: "people", key: "b", alternative: "one", all_equal: true });
  expect(queue.last).toMatchObject({ id: "d1", changed: 4, alias: true, kind: "alternative" });
});

it("puts an address back where it stood when the decision was not taken", async () => {
  const queue = await opened("a", "b", "c");
  answers.push(problem(503));
  await queue.decide({ refuse: true }, true);
  expect(queue.items?.map((one) => one.key)).toEqual(["a", "b", "c"]);
  // What the reader looks at by now stays in front of them.
  expect([queue.now?.key, queue.groups.several, queue.last]).toEqual(["b", 3, null]);
  expect(queue.failure).toMatchObject({ item: { key: "a" }, gone: false, error: { status: 503 } });
});

it("lets an address go that somebody else decided about", async () => {
  const queue = await opened("a", "b");
  answers.push(problem(404));
  await queue.decide({ keep: "place" }, true);
  expect(queue.items?.map((one) => one.key)).toEqual(["b"]);
  expect(queue.failure?.gone).toBe(true);
});

it("takes decisions back one after the other, the last first", async () => {
  const queue = await opened("a", "b");
  answers.push(ok({ id: "d1", changed: 1, alias: true }), ok({ id: "d2", changed: 3, alias: true }));
  await queue.decide({ alternative: "one" }, true);
  await queue.decide({ point: { lat: 1, lon: 2, radius_m: 30 } }, true);
  expect(queue.now).toBeNull();
  answers.push(ok({ changed: 3, kept: [] }), ok(page(["b"])));
  await queue.undo();
  expect(sent.at(-2)?.url).toBe("/api/v1/locations/decisions/d2/undo");
  expect([queue.now?.key, queue.back]).toEqual(["b", { changed: 3, kept: 0 }]);
  answers.push(ok({ changed: 0, kept: [{ id: "r", why: "changed" }] }), ok(page(["b"])));
  await queue.undo();
  expect([queue.now?.key, queue.back]).toEqual(["a", { changed: 0, kept: 1 }]);
  await queue.undo();
  expect(sent.filter((one) => one.url.endsWith("/undo"))).toHaveLength(2);
});

it("keeps a decision that could not be taken back, to be tried again", async () => {
  const queue = await opened("a", "b");
  answers.push(ok({ id: "d1", changed: 1, alias: false }), problem(503));
  await queue.decide({ refuse: true }, true);
  await queue.undo();
  expect(queue.last?.id).toBe("d1");
  answers.push(ok({ changed: 1, kept: [] }), ok(page(["a", "b"])));
  await queue.undo();
  expect(queue.now?.key).toBe("a");
});

it("decides for one record alone, and shows the others of the address again", async () => {
  const queue = await opened("b", "a");
  answers.push(ok({ id: "d1", changed: 1, alias: true }), ok({ groups: { several: 2 }, items: [address("a"), address("b", 2)], next: null }));
  await queue.decide({ alternative: "one" }, false);
  expect(sent[1]?.body).toMatchObject({ key: "b", all_equal: false, record: "b-record" });
  expect([queue.now?.key, queue.now?.count]).toEqual(["b", 2]);
});

it("fetches the next page before the end is reached, each address once", async () => {
  const queue = new Queue("sites");
  answers.push(ok(page(["a", "b"], "cur")));
  await queue.open("several");
  answers.push(ok(page(["b", "c"])));
  queue.walk(1);
  await vi.waitFor(() => expect(queue.items?.map((one) => one.key)).toEqual(["a", "b", "c"]));
  expect(sent.at(-1)?.url).toContain("cursor=cur");
});

it("puts no address into the address of a request", async () => {
  const queue = await opened("a");
  answers.push(ok({ id: "d1", changed: 1, alias: true }));
  await queue.decide({ keep: "place" }, true);
  expect(sent.some((one) => one.url.includes("Street"))).toBe(false);
});

it("watches a run that was under way before the page was loaded, and tells its end", async () => {
  vi.useFakeTimers();
  const ended = vi.fn();
  const runs = new Runs("people", ended);
  const run: Run = {
    id: "r1",
    register: "people",
    state: "running",
    done: 10,
    total: 30,
    per_second: 10,
    seconds_left: 2,
    by_class: {},
    ended_at: null,
  };
  answers.push(ok({ items: [{ ...run, id: "r0", register: "sites" }, run], next: null }));
  await runs.load();
  expect([runs.now?.id, runs.underWay]).toEqual(["r1", true]);
  answers.push(problem(503));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([runs.now?.done, runs.failure]).toMatchObject([10, { status: 503 }]);
  answers.push(ok({ ...run, state: "done", done: 30 }));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([runs.now?.state, runs.failure, ended.mock.calls.length]).toEqual(["done", null, 1]);
  vi.useRealTimers();
});

it("tells the end of a run that was over before it was first looked at", async () => {
  const ended = vi.fn();
  const runs = new Runs("people", ended);
  answers.push(ok({ id: "r1" }), ok({ id: "r1", register: "people", state: "done", done: 1, total: 1 }));
  await runs.begin();
  expect([runs.watched, ended.mock.calls.length]).toEqual([true, 1]);
});

it("offers each part of the page to the roles of the access matrix", () => {
  const matrix = JSON.parse(readFileSync("admin/matrix.json", "utf8")) as Record<string, Record<string, string[]>>;
  const may = (verb: string, table: string) => ROLES.filter((role) => matrix[role]?.[verb]?.includes(table));
  expect([...PLACERS.people].sort()).toEqual(may("update", "registry.person").sort());
  expect([...PLACERS.sites].sort()).toEqual(may("update", "registry.site").sort());
  expect([...SPOT_KEEPERS].sort()).toEqual(may("insert", "field.named_spot").sort());
  expect(viewsOf("street_worker")).toEqual(["spots"]);
  expect(viewsOf("agency")).toEqual(["queue", "decided"]);
  expect(viewsOf("committee")).toEqual([]);
});

it("reads other names one a line", () => {
  expect(namesOf(" Το παλιό ρολόι \n\nTo roloi\nTo roloi")).toEqual(["Το παλιό ρολόι", "To roloi"]);
});
