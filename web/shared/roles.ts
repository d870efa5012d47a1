/** Which page is whose, as the server decides it; a page that is not one's own is not offered. */
import type { Role } from "./api";

export type PageName = "planner" | "field" | "review" | "import" | "locate" | "admin";

/** Null: everybody's, logged in or not. */
export const ROLES_OF: Record<PageName, readonly Role[] | null> = {
  planner: null,
  field: ["street_worker", "team_lead"],
  review: ["committee", "municipal_planner", "regional_planner", "national", "admin"],
  import: ["centre_staff", "team_lead", "agency", "municipal_planner", "regional_planner", "national"],
  locate: ["street_worker", "centre_staff", "team_lead", "agency", "municipal_planner", "regional_planner"],
  admin: ["admin", "auditor"],
};

/** Roles that log in with a second factor: they see persons, make accounts, or erase. */
export const FACTOR_ROLES: readonly Role[] = [
  "street_worker",
  "centre_staff",
  "agency",
  "team_lead",
  "admin",
  "auditor",
];

/** Roles that decide whether two records are one person. */
export const DUPLICATE_ROLES: readonly Role[] = ["centre_staff", "team_lead"];

/** Roles that work in one municipality. */
export const MUNICIPAL_ROLES: readonly Role[] = ["street_worker", "centre_staff", "team_lead", "municipal_planner"];

export function mayOpen(page: PageName, role: Role | undefined): boolean {
  const roles = ROLES_OF[page];
  return roles === null || (role !== undefined && roles.includes(role));
}
