"""Somebody with an account: their role, where they work, and what the role asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args
from uuid import UUID

from geo.errors import InvalidInput
from geo.ids import new_id

if TYPE_CHECKING:  # what is released brings the geometry library along
    from geo.releases.release import Tier

UserRole = Literal[
    "street_worker",
    "centre_staff",
    "agency",
    "team_lead",
    "municipal_planner",
    "regional_planner",
    "committee",
    "national",
    "auditor",
    "admin",
]
USER_ROLES: tuple[UserRole, ...] = get_args(UserRole)
PERSON_ROLES: tuple[UserRole, ...] = ("street_worker", "centre_staff", "agency", "team_lead")
"""Roles that see persons."""
FACTOR_ROLES: tuple[UserRole, ...] = (*PERSON_ROLES, "admin", "auditor")
"""Roles that log in with a second factor: who makes accounts, or erases, could be any of them."""

MUNICIPAL_ROLES: tuple[UserRole, ...] = (
    "street_worker",
    "centre_staff",
    "team_lead",
    "municipal_planner",
)
TIER_OF_ROLE: dict[UserRole, Tier] = {
    "municipal_planner": "planner",
    "regional_planner": "planner",
    "national": "planner",
    "committee": "committee",
}
"""Which releases a role reads; the others read the public ones."""

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
LONGEST_NAME = 100


@dataclass(frozen=True)
class User:
    """Somebody who is known; `machine` when they came with a key instead of a login."""

    id: UUID
    username: str
    display_name: str
    role: UserRole
    territory_code: str | None
    agency_id: UUID | None = None
    demo: bool = False
    machine: bool = False

    @property
    def tier(self) -> Tier:
        return TIER_OF_ROLE.get(self.role, "public")


def new_user(
    username: str,
    display_name: str,
    role: UserRole,
    territory_code: str | None = None,
    agency_id: UUID | None = None,
) -> User:
    """A user that is not in the database yet."""
    return User(new_id(), username, display_name, role, territory_code, agency_id)


def check_user(user: User) -> None:
    """Refuse what no account may be: a wrong name, no such role, a role without its place."""
    if not USERNAME.fullmatch(user.username):
        raise InvalidInput(
            f"username: the name {user.username!r} cannot be used to log in.",
            hint="2 to 40 small Latin letters, digits, dots, hyphens and underscores.",
        )
    if not 1 <= len(user.display_name) <= LONGEST_NAME or not user.display_name.isprintable():
        raise InvalidInput(
            f"display_name: a name has 1 to {LONGEST_NAME} printable characters.",
            hint="Give the name that others see.",
        )
    if user.role not in USER_ROLES:
        raise InvalidInput(f"role: there is no role {user.role!r}.", hint=", ".join(USER_ROLES))
    if user.role in MUNICIPAL_ROLES and not user.territory_code:
        raise InvalidInput(
            f"territory: the role {user.role} works in one municipality and none is given.",
            hint="Give the municipality's code, such as 4501.",
        )
    if user.role == "regional_planner" and not user.territory_code:
        raise InvalidInput(
            "territory: a regional planner needs a region or a territory of an agency.",
            hint="Give its code, such as EL30.",
        )
    if user.role == "agency" and user.agency_id is None:
        raise InvalidInput(
            "agency: the role agency needs the agency whose services it keeps.",
            hint="Give the agency's identifier.",
        )
    if user.role != "agency" and user.agency_id is not None:
        raise InvalidInput(
            f"agency: the role {user.role} belongs to no agency.",
            hint="Leave the agency out, or take the role agency.",
        )
