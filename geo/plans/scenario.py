"""What a scenario asks: services opened, closed, grown or moved, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast, get_args

from geo.errors import InvalidInput, NeedsmapError
from geo.profiles.shape import PopulationBase, Profile
from geo.profiles.strict import Table, read

Kind = Literal["open", "close", "grow", "move"]
KINDS: tuple[Kind, ...] = ("open", "close", "grow", "move")
LARGEST_FACTOR = 10.0
"""Times today's population; beyond it somebody meant per cent."""


@dataclass(frozen=True)
class Place:
    """A point (degrees, EPSG:4326), or only the municipality, of which no point is known."""

    lon: float | None = None
    lat: float | None = None
    area_code: str | None = None


@dataclass(frozen=True)
class Change:
    """One change; what its kind has no use for is None or empty.

    by, to: places more (or fewer), or places in the end; exactly one for 'grow'.
    cost_per_place_cents: what a place costs in the budget's period; None where nobody said.
    cost_per_site_cents: what the service costs besides its places as long as it is open.
    """

    kind: Kind
    service: str | None = None
    service_type: str | None = None
    capacity: int | None = None
    by: int | None = None
    to: int | None = None
    place: Place | None = None
    own_area_only: bool = False
    staff: Mapping[str, int] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    cost_per_place_cents: int | None = None
    cost_per_site_cents: int | None = None


@dataclass(frozen=True)
class Population:
    """Another population: so many times today's everywhere, or persons by municipality.

    `base`: whom the persons count where not whom the snapshot's population counts; else None.
    """

    factor: float | None = None
    persons: Mapping[str, int] = field(default_factory=dict)
    base: PopulationBase | None = None


@dataclass(frozen=True)
class Scenario:
    """A named set of changes to a snapshot. `norm`: the profile's norm to hold against, or None;
    `population`: that of the plan's day, or None for the snapshot's."""

    name: str
    snapshot: str
    horizon: date
    changes: tuple[Change, ...]
    norm: str | None = None
    budget_neutral: bool = False
    description: str = ""
    population: Population | None = None


def from_file(path: Path, profile: Profile) -> Scenario:
    """The scenario of a TOML file. Raises InvalidInput with file, key and what is allowed."""
    try:
        return _scenario(read(path), profile)
    except InvalidInput:
        raise
    except NeedsmapError as error:
        raise InvalidInput(error.message, hint=error.hint) from error


def snapshot_named(path: Path) -> str:
    """The snapshot that a scenario's file names: whose profile the rest is read by. Raises
    InvalidInput."""
    try:
        return read(path).text("snapshot")
    except NeedsmapError as error:
        raise InvalidInput(error.message, hint=error.hint) from error


def from_content(content: Mapping[str, Any], profile: Profile, file: str = "scenario") -> Scenario:
    """The same structure as it comes from JSON; the horizon may be a text like 2030-12-31."""
    given = dict(content)
    try:
        if isinstance(given.get("horizon"), str):
            given["horizon"] = date.fromisoformat(given["horizon"])
        return _scenario(Table(given, file), profile)
    except ValueError as error:
        raise InvalidInput(
            f"{file}: key 'horizon' must be a date like 2030-12-31, not {given['horizon']!r}"
        ) from error
    except InvalidInput:
        raise
    except NeedsmapError as error:
        raise InvalidInput(error.message, hint=error.hint) from error


def from_kept(kept: Mapping[str, Any]) -> Scenario:
    """The scenario that an evaluation holds, which was read strictly when it was made."""
    changes = []
    for one in kept["changes"]:
        place = None if one["place"] is None else Place(**one["place"])
        changes.append(Change(**{**one, "place": place, "offers": tuple(one["offers"])}))
    horizon = date.fromisoformat(kept["horizon"])
    people = kept.get("population")  # unknown to scenarios that were kept before it was
    population = None if people is None else Population(**people)
    read_again = {"horizon": horizon, "changes": tuple(changes), "population": population}
    return Scenario(**{**kept, **read_again})


def _scenario(table: Table, profile: Profile) -> Scenario:
    norm = table.one_of("norm", tuple(profile.norms)) if table.has("norm") else None
    scenario = Scenario(
        name=table.text("name"),
        snapshot=table.text("snapshot"),
        horizon=table.day("horizon"),
        norm=norm,
        budget_neutral=table.truth("budget_neutral") if table.has("budget_neutral") else False,
        changes=tuple(_change(one, profile) for one in table.tables("changes"))
        if table.has("changes")
        else (),
        description=table.text("description") if table.has("description") else "",
        population=_population(table.table("population")) if table.has("population") else None,
    )
    table.finish()
    if not scenario.changes and scenario.norm is None and scenario.population is None:
        raise table.fail("changes", "is missing, and no other norm or population is asked for")
    return scenario


def _population(table: Table) -> Population:
    if table.has("factor") == table.has("persons"):
        raise table.fail("factor", "or 'persons' must be given, one of the two")
    if table.has("factor"):
        factor = table.number("factor")
        # Also false for NaN, which TOML can spell.
        if not 0 < factor <= LARGEST_FACTOR:
            raise table.fail("factor", f"must be more than 0, at most {LARGEST_FACTOR:g}")
        table.finish()
        return Population(factor=factor)
    inner = table.table("persons")
    persons = {code: _count(inner, code, least=1) for code in inner.left()}
    if not persons:
        raise table.fail("persons", "must name one municipality at least")
    base = table.one_of("base", get_args(PopulationBase)) if table.has("base") else None
    table.finish()
    return Population(persons=persons, base=cast(PopulationBase | None, base))


def _change(table: Table, profile: Profile) -> Change:
    kind = table.one_of("kind", KINDS)
    read_one = {"open": _open, "close": _close, "grow": _grow, "move": _move}[kind]
    change = read_one(table, profile)
    table.finish()
    return change


def _open(table: Table, profile: Profile) -> Change:
    types = tuple(one.code for one in profile.service_types)
    service_type = table.one_of("service_type", types)
    checklist = profile.checklists.get(service_type)
    allowed = {item.code for item in checklist.items} if checklist else None
    offers = table.texts("offers") if table.has("offers") else ()
    for offer in offers:
        if allowed is not None and offer not in allowed:
            raise table.fail("offers", f"must be of {', '.join(sorted(allowed))}, not '{offer}'")
    return Change(
        kind="open",
        service_type=service_type,
        capacity=_count(table, "capacity", least=1),
        place=_place(table),
        own_area_only=table.truth("own_area_only") if table.has("own_area_only") else False,
        staff=_staff(table, profile),
        offers=offers,
        cost_per_place_cents=_cost(table, "place"),
        cost_per_site_cents=_cost(table, "site"),
    )


def _close(table: Table, _: Profile) -> Change:
    return Change(
        kind="close",
        service=table.text("service"),
        cost_per_place_cents=_cost(table, "place"),
        cost_per_site_cents=_cost(table, "site"),
    )


def _grow(table: Table, _: Profile) -> Change:
    if table.has("by") == table.has("to"):
        raise table.fail("by", "or 'to' must be given, one of the two")
    return Change(
        kind="grow",
        service=table.text("service"),
        by=table.whole("by") if table.has("by") else None,
        to=_count(table, "to", least=0) if table.has("to") else None,
        cost_per_place_cents=_cost(table, "place"),
    )


def _move(table: Table, _: Profile) -> Change:
    return Change(kind="move", service=table.text("service"), place=_place(table))


def _place(table: Table) -> Place:
    inner = table.table("place")
    if inner.has("municipality"):
        place = Place(area_code=inner.text("municipality"))
    else:
        place = Place(lon=inner.number("lon"), lat=inner.number("lat"))
        for key, value, bound in (("lon", place.lon, 180.0), ("lat", place.lat, 90.0)):
            # Also false for NaN, which TOML can spell.
            if value is None or not abs(value) <= bound:
                raise inner.fail(key, f"must lie between -{bound:g} and {bound:g} degrees")
    inner.finish()
    return place


def _staff(table: Table, profile: Profile) -> dict[str, int]:
    if not table.has("staff"):
        return {}
    inner = table.table("staff")
    found = {}
    for specialty in inner.left():
        if specialty not in profile.specialties:
            allowed = ", ".join(sorted(profile.specialties))
            raise inner.fail(specialty, f"is no specialty; there are: {allowed}")
        found[specialty] = _count(inner, specialty, least=0)
    return found


def _cost(table: Table, of: str) -> int | None:
    key = f"cost_per_{of}_cents"
    return _count(table, key, least=0) if table.has(key) else None


def _count(table: Table, key: str, least: int) -> int:
    value = table.whole(key)
    if not least <= value <= 1_000_000_000:
        raise table.fail(key, f"must be {least} or more (at most 1,000,000,000), not {value}")
    return value
