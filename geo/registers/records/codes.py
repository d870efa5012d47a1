"""Codes of a record held against the country's profile, and rows that name one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection

from geo.errors import InvalidInput, NotFound
from geo.fields.shape import Field
from geo.profiles import profile
from geo.profiles.shape import Profile
from geo.registers.records import store
from geo.registers.records.catalogue import Register

PLACES = ("area_code", "origin_area_code", "parent_area_code")
STANDS_AT = {"site_id": "registry.site", "service_id": "registry.service"}
"""References whose row says in which municipality this one is."""


def check(
    connection: Connection,
    register: Register,
    after: Mapping[str, Any],
    changed: frozenset[str],
    territory: str | None,
) -> None:
    """Raise InvalidInput naming the field with a code or a row that there is not.

    A row that exists and is not the writer's to see is the same as one that does not exist.
    """
    _rows_are_there(connection, register, after, changed)
    known = _countries(connection, after, territory)
    for name in changed & register.written.keys():
        field, value = register.written[name], after.get(name)
        if value is None:
            continue
        if field.kind == "area":
            if store.area(connection, value) is None:
                raise InvalidInput(f"{name}: there is no municipality with this code.")
        elif field.words_from:
            _listed(name, field, value, known)
    if register.name == "services":
        _offers(after, changed, known)
    if register.name == "agencies":
        _founder(after, changed, known)


def _rows_are_there(
    connection: Connection, register: Register, after: Mapping[str, Any], changed: frozenset[str]
) -> None:
    for name, table in register.references.items():
        if name in changed and after.get(name) is not None:
            _one_is_there(connection, name, table, after[name])
    if "parties" in changed:
        for number, one in enumerate(after["parties"]):
            _one_is_there(connection, f"parties[{number}]", "registry.agency", one)


def _one_is_there(connection: Connection, place: str, table: str, key: str) -> None:
    if not store.is_seen(connection, table, UUID(key)):
        raise InvalidInput(f"{place}: there is no such row.", hint="Choose one that you can see.")


def _countries(
    connection: Connection, after: Mapping[str, Any], territory: str | None
) -> tuple[Profile, ...]:
    """The profile of the row's country; where nothing tells, those of all."""
    for code in _places(connection, after, territory):
        country = store.area(connection, code) or store.country_of(connection, code)
        if country is not None:
            try:
                return (profile.load(country),)
            except NotFound:
                continue
    return tuple(profile.load(country) for country in profile.countries())


def _places(
    connection: Connection, after: Mapping[str, Any], territory: str | None
) -> Iterable[str]:
    yield from (after[name] for name in PLACES if after.get(name))
    for name, table in STANDS_AT.items():
        if after.get(name):
            code = store.area_of(connection, table, UUID(after[name]))
            if code:
                yield code
    if territory:
        yield territory


def _listed(name: str, field: Field, value: Any, known: Iterable[Profile]) -> None:
    words = {word for one in known for word in _words(one, field)}
    for one in value if isinstance(value, list) else [value]:
        if one not in words:
            raise InvalidInput(
                f"{name}: there is no such code.", hint=f"Known: {', '.join(sorted(words))}."
            )


def _words(found: Profile, field: Field) -> Iterable[str]:
    if field.words_from == "service_types":
        return [one.code for one in found.service_types]
    listed: Mapping[str, Any] = getattr(found, str(field.words_from))
    return listed.keys()


def _offers(after: Mapping[str, Any], changed: frozenset[str], known: Iterable[Profile]) -> None:
    if not changed & {"offers", "service_type"}:
        return
    lists = [p.checklists[t] for p in known if (t := after["service_type"]) in p.checklists]
    items = {item.code for one in lists for item in one.items}
    if lists and not set(after.get("offers") or ()) <= items:
        raise InvalidInput(
            "offers: the checklist of this type has no such item.",
            hint=f"Known: {', '.join(sorted(items))}.",
        )


def _founder(after: Mapping[str, Any], changed: frozenset[str], known: Iterable[Profile]) -> None:
    if not changed & {"legal_form", "parent_area_code"} or after.get("parent_area_code"):
        return
    forms = [f for p in known if (f := p.legal_forms.get(after["legal_form"])) is not None]
    if forms and all(form.needs_parent_municipality for form in forms):
        raise InvalidInput("parent_area_code: this legal form exists beside a municipality only.")
