/** Words of the log: what was done and to what, in the reader's language where it has words for it. */
import { ROLES } from "../shared/api";
import { t, type Key } from "../shared/i18n.svelte";
import type adminEn from "../shared/locales/admin.en.json";

/** What the service writes into its log as actions; others stand as they were written. */
export const ACTIONS = [
  "log in",
  "log out",
  "give password",
  "too many wrong codes",
  "set password",
  "add account",
  "change account",
  "link account",
  "unlink account",
  "end sessions",
  "reset second factor",
  "make key",
  "revoke key",
  "see rights",
  "see",
  "file",
  "read",
  "export",
  "match",
  "merge",
  "unmerge",
  "insert",
  "update",
  "delete",
  "access list",
] as const;

export const PURPOSES = ["case_work", "referral", "check", "correction", "request_of_person"] as const;

/** The action in words; what follows it ("make key 0192…") stays beside it. */
export function actionWords(action: string): string {
  const known = ACTIONS.filter((one) => action === one || action.startsWith(`${one} `)).sort((a, b) => b.length - a.length)[0];
  if (!known) return action;
  return t(`action.${known.replaceAll(" ", "_")}` as Key) + action.slice(known.length);
}

type TableKey = Extract<keyof typeof adminEn, `table.${string}`>;

/** What a subject begins with, in words, and the rest: mostly the identifier of a row. */
export function subjectParts(subject: string, tables: readonly string[]): { words: string; rest: string } {
  const [first = "", ...rest] = subject.split(" ");
  const name = first.replace(/:$/, "");
  if (!tables.includes(name)) return { words: "", rest: subject };
  return { words: t(`table.${name}` as TableKey), rest: rest.join(" ") };
}

/** The role somebody had: one of an account's, or that of the service's own work. */
export function roleWords(role: string | null): string {
  const known = ROLES.find((one) => one === role);
  if (known) return t(`role.${known}`);
  if (role === "job") return t("audit.role_job");
  return role === "command line" ? t("audit.role_server") : (role ?? "");
}

export function purposeWords(purpose: string | null): string {
  const known = PURPOSES.find((one) => one === purpose);
  return known ? t(`purpose.${known}`) : (purpose ?? "");
}
