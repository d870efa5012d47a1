/** Sending a report: the same bytes under the same id until the server has said what became of them. */
import { beforeEach, expect, it, vi } from "vitest";
import { Report } from "../field/report.svelte";

const receipt = { id: "x", received_at: "2026-11-22T10:00:00Z", area: null, status: "received" };
const answers: (() => Promise<Response>)[] = [];
const bodies: string[] = [];

const ok = () => Promise.resolve(new Response(JSON.stringify(receipt), { status: 201 }));
const lost = () => Promise.reject(new TypeError("network"));
const problem = (status: number) => () =>
  Promise.resolve(
    new Response(JSON.stringify({ title: "no", status }), { status, headers: { "content-type": "application/problem+json" } }),
  );

beforeEach(() => {
  answers.length = bodies.length = 0;
  vi.stubGlobal("fetch", (_url: string, init: RequestInit) => {
    bodies.push(String(init.body));
    const answer = answers.shift();
    if (!answer) throw new Error("one request too many");
    return answer();
  });
});

function filled(): Report {
  const report = new Report();
  report.place = { lat: 38, lon: 23.7, accuracy_m: 10, how: "gps" };
  report.category = "other";
  return report;
}

it("names what is missing and sends nothing", async () => {
  const report = new Report();
  await report.submit();
  expect(report.missing).toEqual(["place", "category"]);
  report.category = "other";
  expect(report.missing).toEqual(["place"]);
  expect(bodies).toEqual([]);
});

it("sends the very same bytes again after a lost answer", async () => {
  const report = filled();
  answers.push(lost, problem(503), ok);
  await report.submit();
  expect(report.phase).toBe("unsent");
  await report.retry();
  expect(report.phase).toBe("unsent");
  await report.retry();
  expect(report.phase).toBe("received");
  expect(new Set(bodies).size).toBe(1);
});

it("keeps the id when the report is changed, and says when an earlier version had arrived", async () => {
  const report = filled();
  answers.push(lost, problem(409), ok);
  await report.submit();
  report.edit();
  report.people = 3;
  await report.submit();
  expect(report.phase).toBe("conflict");
  await report.sendAsNew();
  expect(report.phase).toBe("received");
  const ids = bodies.map((body) => (JSON.parse(body) as { id: string }).id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[1]);
});

it("opens a refused report for mending", async () => {
  const report = filled();
  answers.push(problem(422));
  await report.submit();
  expect(report.phase).toBe("editing");
  expect(report.dirty).toBe(true);
});
