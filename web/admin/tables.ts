/** The tables there are words for: those of the access matrix. */
import matrix from "./matrix.json";

const rights: Record<string, Record<string, string[]>> = matrix;

export const TABLES: readonly string[] = [...new Set(Object.values(rights).flatMap((verbs) => Object.values(verbs).flat()))].sort();
