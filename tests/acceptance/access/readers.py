"""Who asks: one reader of each role, some with another territory, and the accounts of the service."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from geo.db.tables.account import ROLES

NAMES = uuid.UUID("0d4c9a3e-51a7-4a55-9a0e-2f6f6f1c7a10")


def key(name: str) -> uuid.UUID:
    """The key of whatever has this name in the planted world."""
    return uuid.uuid5(NAMES, name)


@dataclass(frozen=True)
class Reader:
    """Somebody with a role, and the municipalities that are theirs by the facts of the world."""

    name: str
    role: str
    territory: str | None = None
    areas: frozenset[str] = frozenset()
    agency: uuid.UUID | None = None

    @property
    def user(self) -> uuid.UUID | None:
        """Their account; the accounts of the service are nobody's."""
        return key(f"user:{self.name}") if self.role in ROLES else None

    @property
    def database_role(self) -> str:
        return f"needsmap_{self.role}"

    @property
    def house(self) -> str | None:
        """Under whose name their files stand."""
        return str(self.agency) if self.agency else self.territory

    @property
    def own_source(self) -> str | None:
        return f"{self.house}:file" if self.house else None


HERE = frozenset({"M1"})
REGION = frozenset({"M1", "M2"})
DIRECTORATE = frozenset({"M2", "M3"})
COUNTRY = frozenset({"M1", "M2", "M3"})

READERS = (
    Reader("worker", "street_worker", "M1", HERE),
    Reader("staff", "centre_staff", "M1", HERE),
    Reader("lead", "team_lead", "M1", HERE),
    Reader("helper", "agency", "M1", HERE, key("agency:A1")),
    Reader("planner", "municipal_planner", "M1", HERE),
    Reader("region", "regional_planner", "R1", REGION),
    Reader("directorate", "regional_planner", "D1", DIRECTORATE),
    Reader("committee", "committee", "R1", REGION),
    Reader("national", "national", "xx", COUNTRY),
    Reader("auditor", "auditor", "xx", COUNTRY),
    Reader("admin", "admin", "xx", COUNTRY),
    # Whoever was given no territory has nothing, not what belongs to nobody.
    Reader("lost_staff", "centre_staff"),
    Reader("lost_helper", "agency"),
    Reader("lost_planner", "municipal_planner"),
)
SERVICE = (
    Reader("job", "job"),
    Reader("auth", "auth"),
    Reader("anonymous", "public"),
    Reader("planner_tier", "planner"),
    Reader("no_role", "app"),
)
ALL = (*READERS, *SERVICE)
OTHER_USER = key("user:other")
assert {reader.role for reader in READERS} == set(ROLES)
