/** Words of a file that no list knows: each can be given a meaning once, for all its rows. */
import type { Tried } from "./shapes";

export interface Unknown {
  field: string;
  word: string;
}

const CODE = "unknown_word";

/** Each unknown word once, as far as the findings tell them one by one, in their order. */
export function unknownWords(tried: Pick<Tried, "reasons" | "rows">): Unknown[] {
  const told = new Set(
    tried.reasons.filter((one) => one.code === CODE).map((one) => `${one.column ?? ""}\n${one.problem}`),
  );
  const found = new Map<string, Unknown>();
  for (const { field, value, column, problem } of tried.rows) {
    if (field === null || !value || !told.has(`${column ?? ""}\n${problem}`)) continue;
    found.set(`${field}\n${value}`, { field, word: value });
  }
  return [...found.values()];
}
