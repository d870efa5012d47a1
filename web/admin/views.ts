/** The views of this page: which there are for whom, and which one the address names. */
import type { Role } from "../shared/api";

export const VIEWS = ["people", "roles", "territories", "audit", "access"] as const;
export type View = (typeof VIEWS)[number];

/** Administrators keep accounts; the auditor reads them, and the log of what was done. */
export function viewsOf(role: Role | undefined): readonly View[] {
  if (role === "admin") return ["people", "roles", "territories"];
  if (role === "auditor") return ["audit", "access", "people", "roles", "territories"];
  return [];
}

/** The view the address asks for if this role has it, else the role's first. */
export function viewFrom(search: string, role: Role | undefined): View | null {
  const views = viewsOf(role);
  const asked = new URLSearchParams(search).get("view");
  return views.find((view) => view === asked) ?? views[0] ?? null;
}
