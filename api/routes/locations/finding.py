"""Routes that find places: from an address, from a position; what there is to find them by."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.engine import Connection

from api.auth import limits
from api.auth.user import User
from api.deps import EngineOf, SettingsOf, as_user
from api.routes.locations.desk import DeskOf, caller_of
from api.routes.locations.models import GazetteerOf, LocateIn, Place, Reversed, ReverseIn
from api.routes.locations.permission import LOOKERS, PLACERS, Looker
from api.routes.registers.described import problems
from api.routes.registers.permission import may, reader_of
from geo.locating.finding import Asked, Finder
from geo.locating.reversing import place_at
from geo.registers.areas import store as areas
from geo.registers.gazetteer import store as gazetteer
from geo.registers.locations import store
from geo.registers.locations.store import RegisterName
from geo.registers.spots import store as spots

router = APIRouter(prefix="/api/v1", tags=["places"])

LOOKUPS = limits.Limit("addresses", 3_000, 60)
"""Addresses somebody may ask for in an hour: enough for a desk; lists go as a run or a file."""

Informed = Annotated[User, Depends(may(LOOKERS | {"national", "auditor", "admin"}))]


@router.post("/locate", response_model=Place, responses=problems(404, 429))
def locate(
    body: LocateIn, engine: EngineOf, settings: SettingsOf, user: Looker, desk: DeskOf
) -> dict[str, Any]:
    """Where an address is, how surely and why: by what was decided before, by the team's spots,
    by the gazetteer. Nothing of it is kept, and nothing leaves the service."""
    limits.check(engine, LOOKUPS, str(user.id))
    known = desk.gazetteers.get(body.country, caller_of(user))
    typed = (body.text, body.municipality or "", body.postcode or "")
    asked = [Asked(typed, reader_of(user).municipality, user.agency_id)]
    with as_user(engine, user) as connection:
        finder = Finder(settings, known, spots.frame(connection))
        keys = finder.keys(asked)
        aliases = store.aliases(connection, _taught(user), list(keys.values()))
        return _named(connection, finder.find(asked, keys, aliases)[0])


def _taught(user: User) -> list[RegisterName]:
    """Whose decisions answer a typed address: of registers whose records the reader places. Those
    about people tell that somebody lives there."""
    return [register for register, roles in PLACERS.items() if user.role in roles]


@router.post("/reverse", response_model=Reversed, responses=problems(404, 429))
def reverse(body: ReverseIn, engine: EngineOf, user: Looker, desk: DeskOf) -> dict[str, Any]:
    """What is nearest to a position: a house or spot of the team, a street, the municipality. How
    far the position may be off is part of the radius."""
    limits.check(engine, LOOKUPS, str(user.id))
    known = desk.gazetteers.get(body.country, caller_of(user))
    with as_user(engine, user) as connection:
        own = spots.frame(connection)
        return _named(connection, place_at(known, own, body.lat, body.lon, body.accuracy_m))


@router.get("/gazetteer", response_model=list[GazetteerOf], responses=problems())
def list_gazetteers(engine: EngineOf, user: Informed) -> list[dict[str, Any]]:
    """What addresses are found by: each country's sources, their content and when it came."""
    with as_user(engine, user) as connection:
        sources = gazetteer.listed(connection).to_dict("records")
        countries = sorted({str(one["country"]) for one in sources})
        return [
            {
                "country": country,
                "version": gazetteer.version(connection, country),
                "counts": gazetteer.counts(connection, country),
                "loaded_at": max(one["loaded_at"] for one in sources if one["country"] == country),
                "sources": [one for one in sources if one["country"] == country],
            }
            for country in countries
        ]


def _named(connection: Connection, answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its municipality's name."""
    code = answer["area_code"]
    names = areas.names_of(connection, [code]) if code else {}
    return {**answer, "municipality": names.get(code) if code else None}
