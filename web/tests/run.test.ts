/** An import step by step: what goes to the server, and what its answers become. */
import { beforeEach, expect, it, vi } from "vitest";
import { ImportRun } from "../import/run.svelte";
import type { Import, Tried } from "../import/shapes";

const sent: { method: string; url: string; body: unknown }[] = [];
const answers: (() => Response)[] = [];
const ok = (body: unknown) => () => Response.json(body);
const empty = () => new Response(null, { status: 204 });

const tried: Tried = {
  id: "i1",
  register: "agencies",
  format: "csv",
  encoding: "cp1253",
  delimiter: ";",
  sheet: null,
  mapping: { register: "agencies", source: "s", columns: { id: "external_id", n: "name" }, delimiter: "semicolon" },
  guesses: [
    { column: "id", field: "external_id", how_sure: "sure", sample: "1" },
    { column: "n", field: "name", how_sure: "unsure", sample: "Α" },
    { column: "x", field: null, how_sure: "none", sample: "" },
  ],
  unused_columns: ["x"],
  notes: [],
  reasons: [],
  rows: [],
  total: 2,
  accepted: 2,
  rejected: 0,
  skipped: 0,
  warned: 0,
  written: {},
  duplicates: 0,
};
const begun: Import = {
  id: "i1",
  register: "agencies",
  file_name: "f.csv",
  file_bytes: 1,
  mode: "strict",
  state: "done",
  mapping: tried.mapping,
  counts: {},
  problem: null,
  rows_done: 2,
  rows_total: 2,
  rate: null,
  seconds_left: null,
  rejects: false,
  created_at: "2026-11-22T10:00:00Z",
  started_at: null,
  ended_at: null,
};

beforeEach(() => {
  sent.length = answers.length = 0;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push({ method: String(init.method), url, body: init.body ? JSON.parse(String(init.body)) : null });
    return Promise.resolve(answers.shift()!());
  });
});

async function opened(): Promise<ImportRun> {
  const run = new ImportRun();
  answers.push(ok({ ...begun, state: "waiting" }), ok(tried));
  await run.open("i1");
  return run;
}

it("goes on with a file that waits by trying its mapping again", async () => {
  const run = await opened();
  expect(sent.map((one) => `${one.method} ${one.url}`)).toEqual([
    "GET /api/v1/imports/i1",
    "PUT /api/v1/imports/i1/mapping?lang=en",
  ]);
  expect([run.step, run.fileName, run.lacks.undecided]).toEqual(["columns", "f.csv", ["x"]]);
});

it("checks with what was chosen, leaves the rest out, and can go back", async () => {
  const run = await opened();
  answers.push(ok({ ...tried, guesses: [] }));
  await run.check();
  expect(sent.at(-1)?.body).toEqual({
    columns: { id: "external_id", n: "name" },
    skip: ["x"],
    delimiter: "semicolon",
  });
  expect(run.step).toBe("check");
  run.backToColumns();
  expect(run.step).toBe("columns");
  expect(run.columns[0]?.sample).toBe("1");
  expect(run.choices["x"]).toBe("left_out");
});

it("keeps the choices when the server refuses the mapping", async () => {
  const run = await opened();
  answers.push(() => Response.json({ title: "no", status: 422, detail: "why" }, { status: 422 }));
  await run.check();
  expect([run.step, run.choices["x"]]).toEqual(["columns", "undecided"]);
  expect(run.failure).toMatchObject({ status: 422 });
});

it("takes columns of the same name for the same when the file is read another way", async () => {
  const run = await opened();
  answers.push(ok({ ...tried, guesses: [], mapping: { columns: {}, header_rows: [2] }, unused_columns: ["n", "new"] }));
  await run.readAs({ header_rows: [2] });
  expect(sent.at(-1)?.body).toEqual({ columns: {}, delimiter: "semicolon", header_rows: [2] });
  expect(run.choices).toEqual({ n: { field: "name" }, new: "undecided" });
});

it("ends with what became of the import, and undoes it as one", async () => {
  const run = await opened();
  answers.push(ok(begun));
  await run.start("partial");
  expect([sent.at(-1)?.body, run.step, run.begun?.state]).toEqual([{ mode: "partial" }, "import", "done"]);
  answers.push(ok({ removed: 2, restored: 0, kept: 0 }), ok({ ...begun, state: "undone" }));
  await run.undo();
  expect(run.begun?.state).toBe("undone");
});

it("drops a file that was only looked at, and keeps one that was imported", async () => {
  const run = await opened();
  answers.push(empty);
  await run.again();
  expect(sent.at(-1)).toMatchObject({ method: "DELETE", url: "/api/v1/imports/i1" });
  expect([run.step, run.id]).toEqual(["file", null]);
  answers.push(ok(begun));
  await run.open("i1");
  const calls = sent.length;
  await run.again();
  expect(sent.length).toBe(calls);
});

it("looks again while the import runs, and says so when an answer fails", async () => {
  vi.useFakeTimers();
  const run = new ImportRun();
  answers.push(ok({ ...begun, state: "running", rows_done: 1 }));
  await run.open("i1");
  answers.push(() => new Response("", { status: 503 }));
  await vi.advanceTimersByTimeAsync(1_000);
  expect([run.begun?.state, run.failure]).toMatchObject(["running", { status: 503 }]);
  answers.push(ok(begun));
  await vi.advanceTimersByTimeAsync(5_000);
  expect([run.begun?.state, run.failure]).toEqual(["done", null]);
  vi.useRealTimers();
});
