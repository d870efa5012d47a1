"""Reads service types, checklists and norms of a profile; every reference must resolve."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import get_args

from geo.profiles.shape import (
    SECTORS,
    SENTENCE_LANGUAGES,
    Band,
    Checklist,
    ChecklistItem,
    Duty,
    ItemStatus,
    Norm,
    NormKind,
    NormUnit,
    PopulationBase,
    ServiceKind,
    ServiceType,
)
from geo.profiles.strict import Names, Table

_STATUSES: tuple[ItemStatus, ...] = get_args(ItemStatus)
_BASES: tuple[PopulationBase, ...] = get_args(PopulationBase)
_KINDS: tuple[ServiceKind, ...] = get_args(ServiceKind)
_NORM_KINDS: tuple[NormKind, ...] = get_args(NormKind)
_UNITS: tuple[NormUnit, ...] = get_args(NormUnit)
_RATE = re.compile(r"\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Known:
    """The codes that services, checklists and norms may refer to."""

    languages: tuple[str, ...]
    levels: tuple[str, ...]
    groups: Mapping[str, Names]
    specialties: Mapping[str, Names]


def read_service_types(top: Table, known: Known) -> tuple[ServiceType, ...]:
    """The service types; their groups, sectors, levels and each other resolve."""
    tables = top.tables("service_types")
    found: dict[str, ServiceType] = {}
    words: dict[str, str] = {}
    for table in tables:
        service = _service_type(table, known)
        if service.code in found:
            raise table.fail("code", f"'{service.code}' stands twice")
        for word in service.words:
            if words.setdefault(word.casefold(), service.code) != service.code:
                raise table.fail("words", f"'{word}' stands for {words[word.casefold()]} too")
        table.finish()
        found[service.code] = service
    for table, service in zip(tables, found.values(), strict=True):
        for code in service.duty.unless_services if service.duty else ():
            if code not in found:
                raise table.fail("duty.unless_services", f"names '{code}', which is no service")
    return tuple(found.values())


def _service_type(table: Table, known: Known) -> ServiceType:
    kind = table.one_of("kind", _KINDS)
    service = ServiceType(
        code=table.code("code"),
        names=table.names("names", known.languages),
        kind=next(k for k in _KINDS if k == kind),
        demand=table.truth("demand"),
        needs_access=table.has("needs_access") and table.truth("needs_access"),
        target_groups=table.texts("target_groups"),
        sectors=table.texts("sectors"),
        words=table.texts("words") if table.has("words") else (),
        duty=_duty(table.table("duty"), known) if table.has("duty") else None,
    )
    for group in service.target_groups:
        if group not in known.groups:
            raise table.fail("target_groups", f"names '{group}', which is no target group")
    for sector in service.sectors:
        if sector not in SECTORS:
            raise table.fail("sectors", f"names '{sector}'; there are: {', '.join(SECTORS)}")
    return service


def _duty(table: Table, known: Known) -> Duty:
    status = _status(table)
    duty = Duty(
        level=table.one_of("level", known.levels),
        status=status,
        unless_services=table.texts("unless_services") if status == "conditional" else (),
        source=table.names("source", known.languages),
    )
    table.finish()
    return duty


def _status(table: Table) -> ItemStatus:
    status = table.one_of("status", _STATUSES)
    return next(s for s in _STATUSES if s == status)


def read_checklists(
    top: Table, services: Sequence[ServiceType], languages: tuple[str, ...]
) -> Mapping[str, Checklist]:
    """Checklists by service type; none where the profile has none."""
    if not top.has("checklists"):
        return {}
    lists = top.table("checklists")
    known = tuple(service.code for service in services)
    found: dict[str, Checklist] = {}
    for code in lists.left():
        if code not in known:
            raise lists.fail(code, "is no service type")
        table = lists.table(code)
        items = tuple(_item(item, known, languages) for item in table.tables("items"))
        if len({item.code for item in items}) != len(items):
            raise table.fail("items", "holds a code twice")
        found[code] = Checklist(
            code, items, table.names_also("source", languages, SENTENCE_LANGUAGES)
        )
        if not found[code].with_status("mandatory"):
            raise table.fail("items", "must hold one that is mandatory")
        table.finish()
    return found


def _item(table: Table, services: tuple[str, ...], languages: tuple[str, ...]) -> ChecklistItem:
    status = _status(table)
    item = ChecklistItem(
        code=table.code("code"),
        names=table.names_also("names", languages, SENTENCE_LANGUAGES),
        status=status,
        unless_service=(
            table.one_of("unless_service", services) if status == "conditional" else None
        ),
    )
    table.finish()
    return item


def read_norms(top: Table, services: Sequence[ServiceType], known: Known) -> Mapping[str, Norm]:
    """Norms by code; none where the profile has none. One without numbers says why."""
    if not top.has("norms"):
        return {}
    table = top.table("norms")
    found: dict[str, Norm] = {}
    for code in table.left():
        norm = table.table(code)
        words = _NormWords(code, norm, tuple(service.code for service in services), known)
        found[code] = _read_norm(words)
        norm.finish()
    return found


def _read_norm(words: _NormWords) -> Norm:
    if words.table.has("unobtained"):
        return _unobtained(words)
    kind = "bands"
    if words.table.has("kind"):
        kind = words.table.one_of("kind", _NORM_KINDS)
    if kind == "ratio":
        return _ratio(words)
    if kind == "maximum":
        return _maximum(words)
    norm = _norm(words)
    return replace(norm, unit=_unit(words.table)) if words.table.has("unit") else norm


@dataclass(frozen=True)
class _NormWords:
    """A norm's table with what it may refer to."""

    code: str
    table: Table
    services: tuple[str, ...]
    known: Known

    def service_types(self) -> tuple[str, ...]:
        types = self.table.texts("service_types")
        for service in types:
            if service not in self.services:
                raise self.table.fail(
                    "service_types", f"names '{service}', which is no service type"
                )
        if not types:
            raise self.table.fail("service_types", "must name one at least")
        return types

    def optional_names(self, key: str) -> Names | None:
        if not self.table.has(key):
            return None
        return self.table.names_also(key, self.known.languages, SENTENCE_LANGUAGES)


def _unobtained(words: _NormWords) -> Norm:
    """A norm that is known to exist and whose numbers nobody here has read."""
    table = words.table
    why = table.names_also("unobtained", words.known.languages, SENTENCE_LANGUAGES)
    return _in_order(table, replace(_without_numbers(words), unobtained=why))


def _without_numbers(words: _NormWords) -> Norm:
    """What every kind of norm says of itself, with no number yet."""
    table, languages = words.table, words.known.languages
    return Norm(
        code=words.code,
        service_types=words.service_types(),
        names=table.names_also("names", languages, SENTENCE_LANGUAGES),
        minimum_population=0,
        bands=(),
        boundary_rule="upper_inclusive",
        ambiguous_at=(),
        population_base="residents",
        base_alternatives=(),
        head_specialty=None,
        head_names=None,
        specialties=(),
        discretionary_for=(),
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until") if table.has("valid_until") else None,
        text=None,
        source=table.names_also("source", languages, SENTENCE_LANGUAGES),
        note=None,
        unobtained=None,
    )


def _ratio(words: _NormWords) -> Norm:
    """So many per thousand people of a group; the rate is a text, since it must be exact."""
    table = words.table
    rate = table.text("per_thousand")
    if _RATE.fullmatch(rate) is None or Fraction(rate) == 0:
        raise table.fail("per_thousand", f"must be a number above 0 like '2.5', not '{rate}'")
    base = _base(table, table.text("population_base"), "population_base")
    others = tuple(
        _base(table, word, "base_alternatives") for word in table.texts("base_alternatives")
    )
    norm = replace(
        _without_numbers(words),
        kind="ratio",
        unit=_unit(table),
        per_thousand=Fraction(rate),
        minimum_population=table.whole("minimum_population"),
        counted=words.optional_names("counted"),
        population_base=base,
        base_alternatives=others,
        text=words.optional_names("text"),
    )
    return _in_order(table, norm)


def _maximum(words: _NormWords) -> Norm:
    """At most so many users a service."""
    table = words.table
    maximum = table.whole("maximum")
    if maximum < 1:
        raise table.fail("maximum", f"must be 1 or more, not {maximum}")
    norm = replace(
        _without_numbers(words),
        kind="maximum",
        unit="users",
        maximum=maximum,
        text=words.optional_names("text"),
    )
    return _in_order(table, norm)


def _unit(table: Table) -> NormUnit:
    unit = table.one_of("unit", _UNITS)
    return next(u for u in _UNITS if u == unit)


def _norm(words: _NormWords) -> Norm:
    table, known = words.table, words.known
    table.one_of("boundary_rule", ("upper_inclusive",))
    head = None
    head_names: Names | None = None
    if table.has("head_specialty"):
        head = table.one_of("head_specialty", tuple(known.specialties))
        head_names = words.optional_names("head_names") or known.specialties[head]
    norm = Norm(
        code=words.code,
        service_types=words.service_types(),
        names=table.names_also("names", known.languages, SENTENCE_LANGUAGES),
        minimum_population=table.whole("minimum_population"),
        bands=_bands(table),
        boundary_rule="upper_inclusive",
        ambiguous_at=table.wholes("ambiguous_at"),
        population_base=_base(table, table.text("population_base"), "population_base"),
        base_alternatives=tuple(
            _base(table, word, "base_alternatives") for word in table.texts("base_alternatives")
        ),
        head_specialty=head,
        head_names=head_names,
        specialties=table.texts("specialties"),
        discretionary_for=table.texts("discretionary_for"),
        valid_from=table.day("valid_from"),
        valid_until=table.day("valid_until") if table.has("valid_until") else None,
        text=table.names_also("text", known.languages, SENTENCE_LANGUAGES),
        source=table.names_also("source", known.languages, SENTENCE_LANGUAGES),
        note=words.optional_names("note"),
        unobtained=None,
    )
    _check_staff(table, norm, known)
    _check_bands(table, norm)
    return _in_order(table, norm)


def _check_staff(table: Table, norm: Norm, known: Known) -> None:
    for specialty in norm.specialties:
        if specialty not in known.specialties:
            raise table.fail("specialties", f"names '{specialty}', which is no specialty")
    if norm.head_specialty is not None and norm.head_specialty not in norm.specialties:
        head = norm.head_specialty
        raise table.fail("head_specialty", f"'{head}' is not among the norm's specialties")
    for group in norm.discretionary_for:
        if group not in known.groups:
            raise table.fail("discretionary_for", f"names '{group}', which is no target group")


def _check_bands(table: Table, norm: Norm) -> None:
    """Everybody from the minimum on is in a band, and only an end of one is in doubt."""
    ends = [band.up_to for band in norm.bands if band.up_to is not None]
    if ends and ends[0] < norm.minimum_population:
        raise table.fail("bands", f"has one up to {ends[0]}, all below 'minimum_population'")
    for population in norm.ambiguous_at:
        if population not in ends:
            raise table.fail("ambiguous_at", f"names {population}, where no band ends")


def _in_order(table: Table, norm: Norm) -> Norm:
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
