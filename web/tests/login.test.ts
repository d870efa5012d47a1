/** Logging in step by step, and codes as people type them. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { digits, inGroups, pictureAddress } from "../shared/login/code";
import { FACTOR_ROLES, ROLES_OF, mayOpen } from "../shared/roles";
import { forget, giveCode, loadSession, logIn, step, user } from "../shared/session.svelte";

const someone = { username: "s", display_name: "S", role: "street_worker", tier: "public", territory: null };
const answers: unknown[] = [];

beforeEach(() => {
  forget();
  answers.length = 0;
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(answers.shift())));
});

describe("a login", () => {
  it("opens nothing before its second factor", async () => {
    answers.push({ user: null, second_factor: "wanted" }, { user: someone, second_factor: null });
    await logIn("s", "p");
    expect([user(), step()]).toEqual([null, "code"]);
    await giveCode("123456");
    expect([user()?.username, step()]).toEqual(["s", "password"]);
  });

  it("is not brought back by an answer that the logout overtook", async () => {
    answers.push({ user: someone, second_factor: null });
    const late = loadSession();
    forget();
    await late;
    expect(user()).toBeNull();
  });

  it("goes on where it was after a reload", async () => {
    answers.push({ user: null, second_factor: "enrol" });
    await loadSession();
    expect(step()).toBe("enrol");
    forget();
    expect(step()).toBe("password");
  });
});

describe("codes", () => {
  it("are the digits, however they were typed", () => {
    expect(digits(" 123 456 ")).toBe("123456");
    expect(digits("１２３-456")).toBe("123456");
    expect(digits("abc")).toBe("");
  });

  it("come from a secret in groups of four", () => {
    expect(inGroups("ABCDEFGHJ")).toBe("ABCD EFGH J");
    expect(inGroups("ABCD")).toBe("ABCD");
  });

  it("show the picture as data, with nothing that breaks out of the address", () => {
    const address = pictureAddress('<svg a="#x">%</svg>');
    expect(address).toMatch(/^data:image\/svg\+xml;charset=utf-8,[^"<>#]*$/);
    expect(decodeURIComponent(address.split(",")[1]!)).toBe('<svg a="#x">%</svg>');
  });
});

describe("pages", () => {
  it("are offered by role", () => {
    expect(mayOpen("planner", undefined)).toBe(true);
    expect(mayOpen("admin", "auditor")).toBe(true);
    expect(mayOpen("admin", "team_lead")).toBe(false);
    expect(mayOpen("import", "committee")).toBe(false);
    expect(ROLES_OF.field).toEqual(["street_worker", "team_lead"]);
    expect(FACTOR_ROLES).toHaveLength(6);
  });
});
