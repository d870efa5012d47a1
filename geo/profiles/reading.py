"""Builds a Profile from its file and refuses one whose parts do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from geo.profiles.addresses import read_addresses
from geo.profiles.services import Known, read_checklists, read_norms, read_service_types
from geo.profiles.shape import (
    ACTIVITIES,
    CHANNELS,
    INTERVENTIONS,
    SECTORS,
    LegalForm,
    Level,
    OfficialKind,
    OfficialSource,
    OfficialSources,
    Ownership,
    PlanPart,
    PlanTemplate,
    Profile,
)
from geo.profiles.strict import Names, Table, read
from geo.profiles.territory import (
    check_country,
    read_hierarchies,
    read_levels,
    read_region_rule,
    read_regions,
    read_units,
)

_OWNERSHIPS: tuple[Ownership, ...] = get_args(Ownership)
_OFFICIAL: tuple[OfficialKind, ...] = get_args(OfficialKind)


def read_profile(path: Path) -> Profile:
    """Raises NeedsmapError naming file and key where the file is not a usable profile."""
    top = read(path)
    country = top.text("country")
    if country != path.stem:
        raise top.fail("country", f"says '{country}' in a file named {path.name}")
    languages = top.texts("languages")
    # English is the language of last resort everywhere.
    spoken = tuple(dict.fromkeys((*languages, "en")))
    levels = read_levels(top, spoken)
    check_country(top, country, levels)
    regions = read_regions(top, levels, spoken)
    units = read_units(top, regions, levels, spoken)
    known = Known(
        languages=spoken,
        levels=tuple(level.code for level in levels),
        groups=_codes(top, "target_groups", spoken),
        specialties=_codes(top, "specialties", spoken),
    )
    services = read_service_types(top, known)
    profile = Profile(
        country=country,
        names=top.names("names", spoken),
        languages=languages,
        levels=levels,
        region_from=read_region_rule(top, levels, units),
        regions=regions,
        units=units,
        agency_hierarchies=read_hierarchies(top, levels, spoken),
        sectors=_closed(top, "sectors", SECTORS, spoken),
        interventions=_closed(top, "interventions", INTERVENTIONS, spoken),
        activities=_closed(top, "activities", ACTIVITIES, spoken),
        channels=_closed(top, "channels", CHANNELS, spoken),
        service_types=services,
        target_groups=known.groups,
        observation_categories=_codes(top, "observation_categories", spoken),
        specialties=known.specialties,
        legal_forms=_legal_forms(top, spoken),
        checklists=read_checklists(top, services, spoken),
        norms=read_norms(top, services, known),
        plan_templates=_plan_templates(top, levels, spoken),
        official_sources=_official_sources(top.table("official_sources"), spoken),
        addresses=read_addresses(top.table("addresses")),
    )
    top.finish()
    return profile


def _codes(top: Table, key: str, languages: tuple[str, ...]) -> Mapping[str, Names]:
    """A list of codes with names that the country itself chooses."""
    found = top.named(key, languages)
    for code in found:
        top.check_code(f"{key}.{code}", code)
    return found


def _closed(
    top: Table, key: str, listed: Sequence[str], languages: tuple[str, ...]
) -> Mapping[str, Names]:
    """The names of a list of codes that is the same in every country, in the list's order."""
    found = top.named(key, languages)
    for code in found:
        if code not in listed:
            raise top.fail(f"{key}.{code}", f"is not one of {', '.join(listed)}")
    for code in listed:
        if code not in found:
            raise top.fail(f"{key}.{code}", "is missing: the list is the same in every country")
    return {code: found[code] for code in listed}


def _legal_forms(top: Table, languages: tuple[str, ...]) -> Mapping[str, LegalForm]:
    forms = top.table("legal_forms")
    found: dict[str, LegalForm] = {}
    for code in forms.left():
        forms.check_code(code, code)
        table = forms.table(code)
        ownership = table.one_of("ownership", _OWNERSHIPS)
        found[code] = LegalForm(
            code=code,
            names=table.names("names", languages),
            ownership=next(word for word in _OWNERSHIPS if word == ownership),
            needs_parent_municipality=table.truth("needs_parent_municipality"),
        )
        table.finish()
    return found


def _plan_templates(
    top: Table, levels: Sequence[Level], languages: tuple[str, ...]
) -> tuple[PlanTemplate, ...]:
    if not top.has("plan_templates"):
        return ()
    found: dict[str, PlanTemplate] = {}
    for table in top.tables("plan_templates"):
        plan = PlanTemplate(
            code=table.code("code"),
            names=table.names("names", languages),
            level=table.one_of("level", tuple(level.code for level in levels)),
            parts=tuple(_plan_part(part, languages) for part in table.tables("parts")),
            source=table.names("source", languages),
        )
        if plan.code in found:
            raise table.fail("code", f"'{plan.code}' stands twice")
        sections = [code for part in plan.parts for code in part.sections]
        if len(set(sections)) != len(sections):
            raise table.fail("parts", "hold a section twice")
        table.finish()
        found[plan.code] = plan
    return tuple(found.values())


def _plan_part(table: Table, languages: tuple[str, ...]) -> PlanPart:
    part = PlanPart(
        code=table.code("code"),
        names=table.names("names", languages),
        sections=_codes(table, "sections", languages),
    )
    table.finish()
    return part


def _official_sources(table: Table, languages: tuple[str, ...]) -> OfficialSources:
    binding = table.truth("binding")
    found: dict[str, OfficialSource] = {}
    rule = table.names("rule", languages) if binding else None
    for inner in table.tables("listed"):
        kind = inner.one_of("kind", _OFFICIAL)
        source = OfficialSource(
            code=inner.code("code"),
            names=inner.names("names", languages),
            kind=next(word for word in _OFFICIAL if word == kind),
            website=inner.text("website") if inner.has("website") else None,
        )
        if source.code in found:
            raise inner.fail("code", f"'{source.code}' stands twice")
        inner.finish()
        found[source.code] = source
    table.finish()
    return OfficialSources(binding, rule, tuple(found.values()))
