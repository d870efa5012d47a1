/** Which column becomes which field: what the person chose, what that lacks, what is sent. */
import { absentFrom, type Field } from "./fields";
import type { Column, Guess, Mapping } from "./shapes";

/** A field's name, "left out" on purpose, or not decided yet. */
export type Choice = { field: string } | "left_out" | "undecided";
export type Choices = Readonly<Record<string, Choice>>;

export interface Lacks {
  /** Columns nobody has decided about. */
  undecided: string[];
  /** Fields given by more than one column, where only one may. */
  twice: { field: string; columns: string[] }[];
  /** Fields that every row needs and neither a column nor one value for all rows gives. */
  absent: string[];
}

/** The columns of a file: as the server guessed them, else those that the mapping and its rest name. */
export function columnsOf(guesses: readonly Guess[], mapping: Mapping, unused: readonly string[]): Column[] {
  if (guesses.length) {
    return guesses.map(({ column, field, how_sure, sample }) => ({ name: column, sample, field, confidence: how_sure }));
  }
  const names = [...Object.keys(mapping.columns), ...(mapping.skip ?? []), ...unused];
  return [...new Set(names)].map((name) => ({ name, sample: null, field: null, confidence: "none" }));
}

/** The choices to begin with: those the mapping holds, else left open. */
export function begin(columns: readonly Column[], mapping: Mapping): Choices {
  return Object.fromEntries(columns.map(({ name }) => [name, kept(name, mapping)]));
}

function kept(column: string, mapping: Mapping): Choice {
  const field = mapping.columns[column];
  if (field !== undefined) return { field };
  return mapping.skip?.includes(column) ? "left_out" : "undecided";
}

export function fieldOf(choice: Choice | undefined): string | null {
  return typeof choice === "object" ? choice.field : null;
}

/** What still has to be decided; `constants` are values for all rows. */
export function lacking(
  register: string,
  choices: Choices,
  fields: readonly Field[],
  constants: Record<string, string>,
): Lacks {
  const columns = new Map<string, string[]>();
  for (const [column, choice] of Object.entries(choices)) {
    const field = fieldOf(choice);
    if (field !== null) columns.set(field, [...(columns.get(field) ?? []), column]);
  }
  const joined = new Set(fields.filter((one) => one.joined).map((one) => one.name));
  const filled = Object.keys(constants).filter((field) => constants[field]?.trim());
  return {
    undecided: Object.keys(choices).filter((column) => choices[column] === "undecided"),
    twice: [...columns]
      .filter(([field, from]) => from.length > 1 && !joined.has(field))
      .map(([field, from]) => ({ field, columns: from })),
    absent: absentFrom(register, new Set([...columns.keys(), ...filled])),
  };
}

/** The choices with every undecided column left out. */
export function leaveOut(choices: Choices): Choices {
  return Object.fromEntries(
    Object.entries(choices).map(([column, choice]) => [column, choice === "undecided" ? "left_out" : choice]),
  );
}

/** The mapping to send: how the file was read before, with the choices in it. */
export function chosen(before: Mapping, choices: Choices, constants: Record<string, string>): Mapping {
  const columns: Record<string, string> = {};
  const skip: string[] = [];
  for (const [column, choice] of Object.entries(choices)) {
    const field = fieldOf(choice);
    if (field !== null) columns[column] = field;
    else if (choice === "left_out") skip.push(column);
  }
  const given = Object.entries(constants)
    .map(([field, value]) => [field, value.trim()] as const)
    .filter(([field, value]) => value !== "" && !Object.values(columns).includes(field));
  const { skip: _skip, constants: _constants, ...rest } = before;
  return {
    ...rest,
    columns,
    ...(skip.length ? { skip } : {}),
    ...(given.length ? { constants: Object.fromEntries(given) } : {}),
  };
}

/** As the server takes a mapping: without what the import itself already says. */
export function sendable(mapping: Mapping): Omit<Mapping, "register" | "source"> {
  const { register: _register, source: _source, ...rest } = mapping;
  return rest;
}
