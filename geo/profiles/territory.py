"""Reads levels, regions, units and the agencies' own hierarchies of a profile."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from geo.profiles.shape import AgencyHierarchy, AgencyLevel, Level, Region, RegionRule, Unit
from geo.profiles.strict import Names, Table

_RULES: tuple[RegionRule, ...] = get_args(RegionRule)
_NEEDED = ("country", "region", "municipality")


def read_levels(top: Table, languages: tuple[str, ...]) -> tuple[Level, ...]:
    """The levels, from the widest; country, region and municipality must be among them."""
    levels = tuple(_level(table, languages) for table in top.tables("levels"))
    codes = [level.code for level in levels]
    if len(set(codes)) != len(codes):
        raise top.fail("levels", "holds a code twice")
    for code in _NEEDED:
        if code not in codes:
            raise top.fail("levels", f"must hold a level '{code}'")
    return levels


def _level(table: Table, languages: tuple[str, ...]) -> Level:
    level = Level(
        code=table.code("code"),
        names=table.names("names", languages),
        plural=table.names("plural", languages),
        code_pattern=table.pattern("code_pattern"),
        code_system=table.names("code_system", languages),
        leading=table.whole("leading") if table.has("leading") else None,
    )
    if level.leading is not None and level.leading < 1:
        raise table.fail("leading", f"must be 1 or more, not {level.leading}")
    table.finish()
    return level


def read_regions(
    top: Table, levels: Sequence[Level], languages: tuple[str, ...]
) -> tuple[Region, ...]:
    """The regions; each code has the form of its level and stands once."""
    found: dict[str, Region] = {}
    for table in top.tables("regions"):
        region = Region(
            code=table.text("code"),
            names=table.names("names", languages),
            units=table.texts("units") if table.has("units") else (),
            other_codes=_other_codes(table),
        )
        if region.code in found:
            raise table.fail("code", f"'{region.code}' stands twice")
        _check_form(table, "code", region.code, ("region", levels))
        table.finish()
        found[region.code] = region
    return tuple(found.values())


def _other_codes(table: Table) -> dict[str, tuple[str, ...]]:
    if not table.has("other_codes"):
        return {}
    inner = table.table("other_codes")
    return {system: inner.texts(system) for system in inner.left()}


def _check_form(table: Table, key: str, code: str, want: tuple[str, Sequence[Level]]) -> None:
    """A code must be told its level by its form, as any code is that comes in with data."""
    wanted, levels = want
    first = next((level for level in levels if level.matches(code)), None)
    if first is None or first.code != wanted:
        what = "no level" if first is None else f"level '{first.code}'"
        raise table.fail(key, f"'{code}' has the form of {what}, not of '{wanted}'")


def read_units(
    top: Table, regions: Sequence[Region], levels: Sequence[Level], languages: tuple[str, ...]
) -> tuple[Unit, ...]:
    """The units that regions name, each of one region; none where the profile lists none."""
    names = top.named("units", languages) if top.has("units") else {}
    owner = _owners(top, regions, names)
    for code in names:
        if code not in owner:
            raise top.fail(f"units.{code}", "belongs to no region")
        _check_form(top, f"units.{code}", code, ("unit", levels))
    return tuple(Unit(code, names[code], owner[code]) for code in sorted(names))


def _owners(top: Table, regions: Sequence[Region], names: dict[str, Names]) -> dict[str, str]:
    owner: dict[str, str] = {}
    for region in regions:
        for code in region.units:
            if code in owner:
                raise top.fail("regions", f"put unit '{code}' into {owner[code]} and {region.code}")
            if code not in names:
                raise top.fail("units", f"has no names for unit '{code}' of {region.code}")
            owner[code] = region.code
    return owner


def read_region_rule(top: Table, levels: Sequence[Level], units: Sequence[Unit]) -> RegionRule:
    """How a municipality's region follows, with what that way needs."""
    word = top.one_of("region_from", _RULES)
    leading = {level.code: level.leading for level in levels}
    if word == "prefix" and leading["region"] is None:
        raise top.fail("region_from", "is 'prefix', but level 'region' has no 'leading'")
    if word == "unit" and (leading.get("unit") is None or not units):
        raise top.fail("region_from", "is 'unit', but there are no units with a 'leading'")
    return next(rule for rule in _RULES if rule == word)


def check_country(top: Table, country: str, levels: Sequence[Level]) -> None:
    """The country's own code is two small letters and has the form of level 'country'."""
    if re.fullmatch(r"[a-z]{2}", country) is None:
        raise top.fail("country", f"must be two small letters, not '{country}'")
    _check_form(top, "country", country, ("country", levels))


def read_hierarchies(
    top: Table, levels: Sequence[Level], languages: tuple[str, ...]
) -> tuple[AgencyHierarchy, ...]:
    """Hierarchies of agencies beside the administrative one; none where the profile has none."""
    if not top.has("agency_hierarchies"):
        return ()
    found: dict[str, AgencyHierarchy] = {}
    for table in top.tables("agency_hierarchies"):
        hierarchy = AgencyHierarchy(
            code=table.code("code"),
            names=table.names("names", languages),
            levels=_agency_levels(table, levels, languages),
            source=table.names("source", languages),
        )
        if hierarchy.code in found:
            raise table.fail("code", f"'{hierarchy.code}' stands twice")
        table.finish()
        found[hierarchy.code] = hierarchy
    return tuple(found.values())


def _agency_levels(
    table: Table, levels: Sequence[Level], languages: tuple[str, ...]
) -> tuple[AgencyLevel, ...]:
    known = tuple(level.code for level in levels)
    found: list[AgencyLevel] = []
    for inner in table.tables("levels"):
        follows = inner.one_of("follows", known) if inner.has("follows") else None
        found.append(AgencyLevel(inner.code("code"), inner.names("names", languages), follows))
        inner.finish()
    if len({level.code for level in found}) != len(found):
        raise table.fail("levels", "holds a code twice")
    return tuple(found)
