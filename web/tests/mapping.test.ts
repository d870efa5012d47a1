/** Columns and fields: what a person decided, what is missing, and what is sent. */
import { describe, expect, it } from "vitest";
import { absentFrom, fieldsOf, meaningsOf } from "../import/fields";
import { begin, chosen, columnsOf, lacking, leaveOut, sendable, type Choices } from "../import/mapping";
import type { Guess, Mapping } from "../import/shapes";
import { written } from "../import/counts";
import { unknownWords } from "../import/unknown";

const fields = fieldsOf("agencies");
const guesses: Guess[] = [
  { column: "kod", field: "external_id", how_sure: "sure", sample: "1" },
  { column: "nazwa", field: "name", how_sure: "likely", sample: "DPS" },
  { column: "uwagi", field: null, how_sure: "none", sample: "" },
];
const guessed: Mapping = { register: "agencies", columns: { kod: "external_id", nazwa: "name" } };

describe("the columns", () => {
  it("are the guessed ones in the order of the file, with their first value", () => {
    const columns = columnsOf(guesses, guessed, ["uwagi"]);
    expect(columns.map(({ name, field, confidence }) => [name, field, confidence])).toEqual([
      ["kod", "external_id", "sure"],
      ["nazwa", "name", "likely"],
      ["uwagi", null, "none"],
    ]);
    expect(begin(columns, guessed)).toEqual({ kod: { field: "external_id" }, nazwa: { field: "name" }, uwagi: "undecided" });
  });

  it("are those of the mapping and its rest after a reload, each once", () => {
    const mapping: Mapping = { columns: { kod: "external_id" }, skip: ["uwagi"] };
    const columns = columnsOf([], mapping, ["nazwa", "uwagi"]);
    expect(columns.map((column) => column.name)).toEqual(["kod", "uwagi", "nazwa"]);
    expect(begin(columns, mapping)).toEqual({ kod: { field: "external_id" }, nazwa: "undecided", uwagi: "left_out" });
  });
});

describe("what is lacking", () => {
  it("names undecided columns and needed fields that nothing gives", () => {
    const choices: Choices = { kod: { field: "external_id" }, nazwa: "left_out", uwagi: "undecided" };
    expect(lacking("agencies", choices, fields, {})).toEqual({ undecided: ["uwagi"], twice: [], absent: ["name"] });
    expect(lacking("agencies", choices, fields, { name: " " }).absent).toEqual(["name"]);
    expect(lacking("agencies", choices, fields, { name: "Alpha" }).absent).toEqual([]);
  });

  it("misses no identifier where the register tells rows apart without one", () => {
    expect(absentFrom("agencies", new Set(["name"]))).toEqual([]);
    expect(absentFrom("people", new Set(["name", "birth_date"]))).toEqual(["external_id"]);
  });

  it("refuses one field from two columns, but for those that are joined", () => {
    const services = fieldsOf("services");
    const choices: Choices = {
      street: { field: "address" },
      number: { field: "address" },
      m1: { field: "capacity" },
      m2: { field: "capacity" },
    };
    expect(lacking("services", choices, services, {}).twice).toEqual([{ field: "capacity", columns: ["m1", "m2"] }]);
  });
});

describe("the mapping that is sent", () => {
  it("keeps how the file is read and words that were translated, and nothing the import itself says", () => {
    const before: Mapping = {
      register: "services",
      source: "pl_x",
      columns: { old: "name" },
      skip: ["gone"],
      encoding: "cp1250",
      header_rows: [2, 3],
      values: { service_type: { dps: "care_home" } },
    };
    const choices: Choices = { kod: { field: "external_id" }, uwagi: "undecided" };
    expect(sendable(chosen(before, leaveOut(choices), { capacity: " 5 ", name: "" }))).toEqual({
      columns: { kod: "external_id" },
      skip: ["uwagi"],
      constants: { capacity: "5" },
      encoding: "cp1250",
      header_rows: [2, 3],
      values: { service_type: { dps: "care_home" } },
    });
  });

  it("drops a value for all rows where a column gives the field after all", () => {
    const mapping = chosen({ columns: {} }, { kod: { field: "external_id" } }, { external_id: "X1" });
    expect(mapping).toEqual({ columns: { kod: "external_id" } });
  });
});

it("adds up what became of rows over the registers that one file fills", () => {
  const counts = written({
    agencies: { inserted: 2, updated: 0, unchanged: 1 },
    services: { inserted: 3, updated: 0, unchanged: 0, conflicts: 0 },
  });
  expect(counts).toEqual([
    ["inserted", 5],
    ["unchanged", 1],
  ]);
});

describe("unknown words", () => {
  const finding = { row: 2, level: "rejected" as const, remedy: "", problem: "not a known word" };

  it("come once each, and only for that reason", () => {
    const rows = [
      { ...finding, column: "form", field: "legal_form", value: "ΝΠΙΔ" },
      { ...finding, row: 3, column: "form", field: "legal_form", value: "ΝΠΙΔ" },
      { ...finding, row: 4, column: "id", field: "external_id", value: "7", problem: "seen before" },
    ];
    const reasons = [
      { ...finding, column: "form", code: "unknown_word", rows: 2, first_row: 2 },
      { ...finding, column: "id", code: "double", rows: 1, first_row: 4, problem: "seen before" },
    ];
    expect(unknownWords({ rows, reasons })).toEqual([{ field: "legal_form", word: "ΝΠΙΔ" }]);
  });

  it("may mean what a closed list or the country's profile holds", () => {
    const sex = fieldsOf("people").find((one) => one.name === "sex");
    expect(meaningsOf(sex, undefined).map((one) => one.code)).toEqual(["f", "m", "x"]);
    const form = fieldsOf("agencies").find((one) => one.name === "legal_form");
    expect(meaningsOf(form, "gr").map((one) => one.code)).toContain("ngo");
    expect(meaningsOf(form, undefined)).toEqual([]);
  });
});
