/** Who says where what is: people, sites, and the spots a team keeps; as the access matrix has it. */
import type { Role } from "../shared/api";
import { REGISTERS, type RegisterName } from "./shapes";

export const PLACERS: Record<RegisterName, readonly Role[]> = {
  people: ["centre_staff", "team_lead"],
  sites: ["agency", "municipal_planner", "regional_planner"],
};

export const SPOT_KEEPERS: readonly Role[] = ["street_worker", "centre_staff", "team_lead"];

export function registersOf(role: Role | undefined): RegisterName[] {
  return REGISTERS.filter((name) => role !== undefined && PLACERS[name].includes(role));
}

export const VIEWS = ["queue", "decided", "spots"] as const;
export type View = (typeof VIEWS)[number];

/** The parts of the page that a role has; the first is where it begins. */
export function viewsOf(role: Role | undefined): View[] {
  const placing = registersOf(role).length > 0;
  const keeping = role !== undefined && SPOT_KEEPERS.includes(role);
  return VIEWS.filter((view) => (view === "spots" ? keeping : placing));
}
