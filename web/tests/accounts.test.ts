/** Accounts: what is found, what a role asks for, what is sent, and the way back. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { dayAfter, startOf } from "../admin/days";
import { Draft } from "../admin/draft.svelte";
import { madePassword } from "../admin/password";
import { asChange, matching, People } from "../admin/people.svelte";
import { PLACE_OF } from "../admin/places";
import type { Person } from "../admin/shapes";
import { branches } from "../admin/tree";
import { viewFrom, viewsOf } from "../admin/views";
import { ROLES, type Area } from "../shared/api";

const athens = { code: "4501", names: { en: "Athens", el: "Αθηναίων" } };
const maria: Person = {
  username: "maria.p",
  display_name: "Μαρία Παπά",
  role: "street_worker",
  territory: athens,
  agency: null,
  disabled: false,
  demo: false,
  second_factor: false,
  oidc: null,
  created_at: "2026-11-22T10:00:00Z",
};
const officer: Person = { ...maria, username: "dpo", display_name: "Officer", role: "auditor", territory: null };

describe("the list of accounts", () => {
  it("is searched without accents, in every language of a place, word by word", () => {
    const all = [maria, officer];
    expect(matching(all, "μαρια", "", "")).toEqual([maria]);
    expect(matching(all, "athens papá", "", "")).toEqual([]);
    expect(matching(all, "ATHENS maria.p", "", "")).toEqual([maria]);
    expect(matching(all, "", "auditor", "")).toEqual([officer]);
    expect(matching(all, "", "", "no_second_factor")).toEqual(all);
    expect(matching([{ ...maria, disabled: true }, officer], "", "", "active")).toEqual([officer]);
  });
});

describe("a change and the way back", () => {
  const sent: { method: string; url: string; body: unknown }[] = [];
  let answer: Response;

  beforeEach(() => {
    sent.length = 0;
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
      sent.push({ method: String(init.method), url, body: JSON.parse(String(init.body)) });
      return Promise.resolve(answer);
    });
  });

  it("shuts out with one call and lets in with the next", async () => {
    const people = new People();
    people.all = [maria];
    answer = Response.json({ ...maria, disabled: true });
    await people.setDisabled(maria, true);
    expect(people.all?.[0]?.disabled).toBe(true);
    expect(people.done?.undo).toEqual({ disabled: false });
    answer = Response.json(maria);
    await people.undo();
    expect(people.all?.[0]?.disabled).toBe(false);
    expect(people.done?.undo).toBeNull();
    expect(sent.map((one) => [one.method, one.url, one.body])).toEqual([
      ["PATCH", "/api/v1/admin/users/maria.p", { disabled: true }],
      ["PATCH", "/api/v1/admin/users/maria.p", { disabled: false }],
    ]);
  });

  it("says so when the server refuses, and promises no way back", async () => {
    const people = new People();
    people.all = [maria];
    answer = Response.json({ title: "Conflict", status: 409 }, { status: 409 });
    await people.setDisabled(maria, true);
    expect(people.all).toEqual([maria]);
    expect(people.done).toBeNull();
    expect(people.failure).toMatchObject({ status: 409 });
  });
});

describe("a draft", () => {
  it("asks for the place that goes with the role, and drops one of another kind", () => {
    const draft = new Draft(maria);
    expect(draft.lacks).toEqual([]);
    draft.chooseRole("centre_staff");
    expect(draft.territory?.code).toBe("4501");
    draft.chooseRole("regional_planner");
    expect(draft.territory).toBeNull();
    expect(draft.lacks).toEqual(["territory"]);
    draft.chooseRole("agency");
    expect(draft.lacks).toEqual(["agency"]);
    draft.chooseRole("committee");
    expect(draft.lacks).toEqual([]);
    expect(draft.change).toEqual({ display_name: "Μαρία Παπά", role: "committee", territory: null, agency_id: null });
  });

  it("knows a place for every role", () => {
    expect(Object.keys(PLACE_OF).toSorted()).toEqual([...ROLES].toSorted());
  });

  it("says an account in full, so that a change can be taken back", () => {
    expect(asChange(maria)).toEqual({
      display_name: "Μαρία Παπά",
      role: "street_worker",
      territory: "4501",
      agency_id: null,
      disabled: false,
    });
  });
});

describe("first passwords", () => {
  it("are long, differ, and hold no sign that is mistaken for another", () => {
    const made = new Set(Array.from({ length: 50 }, madePassword));
    expect(made.size).toBe(50);
    for (const one of made) expect(one).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
  });
});

describe("views", () => {
  it("are those of the role; an address with another's falls back to the first", () => {
    expect(viewFrom("?view=audit", "auditor")).toBe("audit");
    expect(viewFrom("?view=audit", "admin")).toBe("people");
    expect(viewFrom("", "street_worker")).toBeNull();
    expect(viewsOf("admin")).not.toContain("access");
  });
});

describe("days", () => {
  it("take in the whole of the last one, also where a month ends", () => {
    expect(dayAfter("2026-02-28")).toBe("2026-03-01");
    expect(dayAfter("2024-02-28")).toBe("2024-02-29");
    expect(dayAfter("")).toBe("");
    expect(startOf("")).toBe("");
    expect(new Date(startOf("2026-11-22")).getHours()).toBe(0);
  });
});

describe("the tree of areas", () => {
  const area = (code: string, level: Area["level"], parent: string | null, en: string): Area => ({
    code,
    level,
    parent_code: parent,
    names: { en, el: en },
    bounds: [0, 0, 1, 1],
  });
  const areas = [
    area("R", "region", "GR", "Attica"),
    area("U1", "unit", "R", "North"),
    area("U2", "unit", "R", "South"),
    area("1", "municipality", "U1", "Kifisia"),
    area("2", "municipality", "U1", "Marousi"),
    area("3", "municipality", "U2", "Alimos"),
  ];

  it("begins where the parent is not loaded, and counts the ends", () => {
    const [top] = branches(areas, "");
    expect([top?.area.code, top?.leaves, top?.children.map((child) => child.area.code)]).toEqual(["R", 3, ["U1", "U2"]]);
  });

  it("keeps the way to what is sought, and all below it", () => {
    const [top] = branches(areas, "kif");
    expect(top?.children.map((child) => child.children.map((one) => one.area.code))).toEqual([["1"]]);
    expect(branches(areas, "south")[0]?.children[0]?.children).toHaveLength(1);
    expect(branches(areas, "zzz")).toEqual([]);
  });
});
