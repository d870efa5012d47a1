/** Where each role works: kinds of territory, whether one must be given, whether an agency must. */
import type { Role } from "../shared/api";

export interface Place {
  /** Levels of territory that the role may have; none: the role is for no territory. */
  levels: readonly string[];
  territory: "required" | "optional" | "none";
  agency: boolean;
}

const MUNICIPAL: Place = { levels: ["municipality"], territory: "required", agency: false };
const NONE: Place = { levels: [], territory: "none", agency: false };

/** As the server checks it (api/auth/places.py and user.py). */
export const PLACE_OF: Record<Role, Place> = {
  street_worker: MUNICIPAL,
  centre_staff: MUNICIPAL,
  team_lead: MUNICIPAL,
  municipal_planner: MUNICIPAL,
  agency: { levels: ["municipality"], territory: "optional", agency: true },
  regional_planner: { levels: ["region", "agency_territory"], territory: "required", agency: false },
  national: { levels: ["country"], territory: "optional", agency: false },
  committee: NONE,
  auditor: NONE,
  admin: NONE,
};
