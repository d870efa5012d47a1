"""Builds a Profile from its file and refuses one whose parts do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from geo.profiles.shape import (
    Addresses,
    Band,
    Checklist,
    ChecklistItem,
    ItemStatus,
    Level,
    Norm,
    PopulationBase,
    Profile,
    Region,
    ServiceKind,
    ServiceType,
    Unit,
)
from geo.profiles.strict import Names, Table, read

_STATUSES: tuple[ItemStatus, ...] = get_args(ItemStatus)
_BASES: tuple[PopulationBase, ...] = get_args(PopulationBase)
_KINDS: tuple[ServiceKind, ...] = get_args(ServiceKind)


def read_profile(path: Path) -> Profile:
    """Raises NeedsmapError naming file and key where the file is not a usable profile."""
    top = read(path)
    country = top.text("country")
    if country != path.stem:
        raise top.fail("country", f"says '{country}' in a file named {path.name}")
    languages = top.texts("languages")
    # English is the language of last resort everywhere.
    spoken = tuple(dict.fromkeys((*languages, "en")))
    names = top.names("names", spoken)
    levels = tuple(_level(table, spoken) for table in top.tables("levels"))
    regions = tuple(_region(table, spoken) for table in top.tables("regions"))
    units = _units(top, regions, spoken)
    groups = _named(top, "target_groups", spoken)
    services = _services(top, groups, spoken)
    specialties = _named(top, "specialties", spoken)
    profile = Profile(
        country=country,
        names=names,
        languages=languages,
        levels=levels,
        regions=regions,
        units=units,
        service_types=services,
        target_groups=groups,
        observation_categories=_named(top, "observation_categories", spoken),
        specialties=specialties,
        checklists=_checklists(top, services, spoken),
        norms=_norms(top, services, specialties, spoken),
        addresses=_addresses(top.table("addresses")),
    )
    top.finish()
    return profile


def _named(top: Table, key: str, languages: tuple[str, ...]) -> Mapping[str, Names]:
    table = top.table(key)
    return {code: table.names(code, languages) for code in table.left()}


def _level(table: Table, languages: tuple[str, ...]) -> Level:
    level = Level(
        code=table.text("code"),
        names=table.names("names", languages),
        plural=table.names("plural", languages),
        code_pattern=table.pattern("code_pattern"),
    )
    table.finish()
    return level


def _region(table: Table, languages: tuple[str, ...]) -> Region:
    region = Region(
        code=table.text("code"),
        names=table.names("names", languages),
        units=table.texts("units"),
    )
    table.finish()
    return region


def _units(top: Table, regions: Sequence[Region], languages: tuple[str, ...]) -> tuple[Unit, ...]:
    names = _named(top, "units", languages)
    owner: dict[str, str] = {}
    for region in regions:
        for code in region.units:
            if code in owner:
                raise top.fail("regions", f"put unit '{code}' into {owner[code]} and {region.code}")
            if code not in names:
                raise top.fail("units", f"has no names for unit '{code}' of {region.code}")
            owner[code] = region.code
    for code in names:
        if code not in owner:
            raise top.fail(f"units.{code}", "belongs to no region")
    return tuple(Unit(code, names[code], owner[code]) for code in sorted(names))


def _services(
    top: Table, groups: Mapping[str, Names], languages: tuple[str, ...]
) -> tuple[ServiceType, ...]:
    found: dict[str, ServiceType] = {}
    for table in top.tables("service_types"):
        kind = table.one_of("kind", _KINDS)
        service = ServiceType(
            code=table.text("code"),
            names=table.names("names", languages),
            kind=next(k for k in _KINDS if k == kind),
            demand=table.truth("demand"),
            target_groups=table.texts("target_groups"),
        )
        for group in service.target_groups:
            if group not in groups:
                raise table.fail("target_groups", f"names '{group}', which is no target group")
        if service.code in found:
            raise table.fail("code", f"'{service.code}' stands twice")
        table.finish()
        found[service.code] = service
    return tuple(found.values())


def _service_code(table: Table, key: str, services: Sequence[ServiceType]) -> str:
    return table.one_of(key, tuple(service.code for service in services))


def _checklists(
    top: Table, services: Sequence[ServiceType], languages: tuple[str, ...]
) -> Mapping[str, Checklist]:
    lists = top.table("checklists")
    known = {service.code for service in services}
    found: dict[str, Checklist] = {}
    for code in lists.left():
        if code not in known:
            raise lists.fail(code, "is no service type")
        table = lists.table(code)
        items = tuple(_item(item, services, languages) for item in table.tables("items"))
        if len({item.code for item in items}) != len(items):
            raise table.fail("items", "holds a code twice")
        found[code] = Checklist(code, items, table.names("source", languages))
        table.finish()
    return found


def _item(
    table: Table, services: Sequence[ServiceType], languages: tuple[str, ...]
) -> ChecklistItem:
    status = table.one_of("status", _STATUSES)
    item = ChecklistItem(
        code=table.text("code"),
        names=table.names("names", languages),
        status=next(s for s in _STATUSES if s == status),
        unless_service=(
            _service_code(table, "unless_service", services) if status == "conditional" else None
        ),
    )
    table.finish()
    return item


def _norms(
    top: Table,
    services: Sequence[ServiceType],
    specialties: Mapping[str, Names],
    languages: tuple[str, ...],
) -> Mapping[str, Norm]:
    table = top.table("norms")
    found: dict[str, Norm] = {}
    for code in table.left():
        norm = table.table(code)
        found[code] = _norm(norm, code, _Words(services, specialties, languages))
        norm.finish()
    return found


@dataclass(frozen=True)
class _Words:
    """What a norm may refer to."""

    services: Sequence[ServiceType]
    specialties: Mapping[str, Names]
    languages: tuple[str, ...]


def _norm(table: Table, code: str, words: _Words) -> Norm:
    languages = words.languages
    table.one_of("boundary_rule", ("upper_inclusive",))
    head = table.one_of("head_specialty", tuple(words.specialties))
    norm = Norm(
        code=code,
        service_type=_service_code(table, "service_type", words.services),
        names=table.names("names", languages),
        minimum_population=table.whole("minimum_population"),
        bands=_bands(table),
        boundary_rule="upper_inclusive",
        ambiguous_at=table.wholes("ambiguous_at"),
        population_base=_base(table, table.text("population_base"), "population_base"),
        base_alternatives=tuple(
            _base(table, word, "base_alternatives") for word in table.texts("base_alternatives")
        ),
        head_specialty=head,
        head_names=words.specialties[head],
        specialties=table.texts("specialties"),
        discretionary_for=table.texts("discretionary_for"),
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until") if table.has("valid_until") else None,
        text=table.names("text", languages),
        source=table.names("source", languages),
        note=table.names("note", languages) if table.has("note") else None,
    )
    for specialty in norm.specialties:
        if specialty not in words.specialties:
            raise table.fail("specialties", f"names '{specialty}', which is no specialty")
    if head not in norm.specialties:
        raise table.fail("head_specialty", f"'{head}' is not among the norm's specialties")
    if norm.valid_until is not None and norm.valid_until < norm.valid_from:
        raise table.fail("valid_until", "is before valid_from")
    return norm


def _bands(table: Table) -> tuple[Band, ...]:
    bands: list[Band] = []
    for inner in table.tables("bands"):
        bands.append(
            Band(inner.whole("up_to") if inner.has("up_to") else None, inner.whole("required"))
        )
        inner.finish()
    ends = [band.up_to for band in bands[:-1]]
    closed = [end for end in ends if end is not None]
    if len(closed) != len(ends) or closed != sorted(set(closed)):
        raise table.fail("bands", "must rise, and only the last may be without 'up_to'")
    if bands[-1].up_to is not None:
        raise table.fail("bands", "must end with an open band, one without 'up_to'")
    return tuple(bands)


def _base(table: Table, word: str, key: str) -> PopulationBase:
    for base in _BASES:
        if base == word:
            return base
    raise table.fail(key, f"must be one of {', '.join(_BASES)}, not '{word}'")


def _addresses(table: Table) -> Addresses:
    addresses = Addresses(
        postcode_pattern=table.pattern("postcode_pattern"),
        house_number_pattern=table.pattern("house_number_pattern"),
        street_types=_word_lists(table, "street_types"),
        abbreviations=_word_lists(table, "abbreviations"),
        dropped_words=_word_lists(table, "dropped_words"),
        postcode_words=table.texts("postcode_words"),
        house_number_words=table.texts("house_number_words"),
        no_number_words=table.texts("no_number_words"),
        kilometre_words=table.texts("kilometre_words"),
        junction_words=table.texts("junction_words"),
        municipality_words=table.texts("municipality_words"),
        settlement_words=table.texts("settlement_words"),
        region_words=table.texts("region_words"),
    )
    table.finish()
    return addresses


def _word_lists(table: Table, key: str) -> Mapping[str, tuple[str, ...]]:
    inner = table.table(key)
    return {word: inner.texts(word) for word in inner.left()}
