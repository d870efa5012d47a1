"""Where an account works: the territories and agencies there are, and which suits which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from api.auth.user import MUNICIPAL_ROLES, User
from geo.db.engine import transaction
from geo.db.named_sql import load_queries
from geo.errors import InvalidInput, NotFound

QUERIES = load_queries(__file__)
AGENCY_TERRITORY = "agency_territory"
"""The level of a territory of the second hierarchy, that of an agency and its directorates."""

LEVELS_OF_ROLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(MUNICIPAL_ROLES, ("municipality",)),
    "agency": ("municipality",),
    "regional_planner": ("region", AGENCY_TERRITORY),
    "national": ("country",),
}
"""What a role's territory may be; who is not here has none."""


@dataclass(frozen=True)
class Territory:
    """A place of one of the two hierarchies."""

    code: str
    level: str
    country: str
    names: dict[str, str]


def check_place(connection: Connection, user: User) -> None:
    """Refuse a territory or an agency that is not there, or not one of the role: InvalidInput.

    A mistyped territory would show nothing for ever. The transaction's role may read areas,
    territories and agencies (`admin` or `job`).
    """
    wanted = LEVELS_OF_ROLE.get(user.role, ())
    if user.territory_code is not None:
        if not wanted:
            raise InvalidInput(
                f"territory: the role {user.role} is for no territory.", hint="Leave it out."
            )
        found = connection.execute(QUERIES["levels_of"], {"code": user.territory_code})
        levels = {row.level for row in found}
        if not levels & set(wanted):
            kinds = " or ".join(level.replace("_", " ") for level in wanted)
            raise InvalidInput(
                f"territory: no {kinds} with the code {user.territory_code} is loaded.",
                hint=f"The role {user.role} works in one {kinds}; look it up by its name.",
            )
    if user.agency_id is not None:
        found = connection.execute(QUERIES["agency"], {"id": user.agency_id})
        if found.first() is None:
            raise InvalidInput(
                "agency: there is no agency with this identifier.", hint="Look it up by its name."
            )


def territories(
    connection: Connection, words: str, *, after: str = "", most: int = 50
) -> list[Territory]:
    """Territories of both hierarchies whose code or name holds the words, by code and level."""
    pattern = "%" + "".join(f"\\{sign}" if sign in "%_\\" else sign for sign in words) + "%"
    rows = connection.execute(
        QUERIES["territories"], {"pattern": pattern, "after": after, "most": most}
    )
    return [Territory(row.code, row.level, row.country, names_in(row)) for row in rows]


def names_in(row: sa.Row[Any]) -> dict[str, str]:
    """The names by language in a row (code, names), the code where there is none."""
    names = dict(row.names or {})
    any_name = next(iter(names.values()), row.code)
    return {lang: names.get(lang, any_name) for lang in ("en", "el")}


def names_of(connection: Connection, codes: list[str]) -> dict[str, dict[str, str]]:
    """Names by language of territories of either hierarchy, by code."""
    rows = connection.execute(QUERIES["territory_names"], {"codes": codes})
    return {row.code: names_in(row) for row in rows}


def agency_names(connection: Connection, agencies: list[UUID]) -> dict[UUID, str]:
    """Names of agencies by id."""
    rows = connection.execute(QUERIES["agency_names"], {"ids": agencies})
    return {row.id: row.name for row in rows}


def largest_agency(engine: Engine, area: str) -> UUID:
    """The agency with most services in a municipality; raises NotFound where there is none."""
    with transaction(engine, "job") as connection:
        found: UUID | None = connection.scalar(QUERIES["largest_agency"], {"area": area})
    if found is None:
        raise NotFound(
            f"No agency has a service in the municipality {area}.",
            hint="Load the demo's services first.",
        )
    return found
