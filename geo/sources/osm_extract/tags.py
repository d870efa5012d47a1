"""What tags of OpenStreetMap mean for a gazetteer."""

from __future__ import annotations

import re
from collections.abc import Mapping

Tags = Mapping[str, str]

STREETS = frozenset(
    {
        *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
        *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
        *("living_street", "pedestrian", "service", "track", "path", "footway", "cycleway"),
        *("steps", "road", "busway", "bridleway", "corridor"),
    }
)
"""Kinds of highway that people live on; stops, platforms, lamps and race tracks are not."""

SETTLEMENTS = {
    "city": "city",
    "town": "town",
    "village": "village",
    "hamlet": "hamlet",
    "isolated_dwelling": "hamlet",
    "farm": "hamlet",
    "locality": "locality",
    "suburb": "quarter",
    "borough": "quarter",
    "quarter": "quarter",
    "neighbourhood": "quarter",
    "city_block": "quarter",
}
"""place=... -> the kind of a settlement."""

SPOT_KEYS = (
    *("amenity", "healthcare", "shop", "office", "craft", "leisure", "tourism", "historic"),
    *("railway", "aeroway", "public_transport", "emergency", "man_made", "landuse", "building"),
)
"""The keys that make a named object a point of interest, in the order in which they say more."""

SPOT_VALUES = {
    "railway": frozenset({"station", "halt", "tram_stop", "subway_entrance"}),
    "aeroway": frozenset({"aerodrome", "terminal"}),
    "public_transport": frozenset({"station"}),
    "emergency": frozenset({"ambulance_station", "assembly_point"}),
    "man_made": frozenset(
        {"bridge", "lighthouse", "mast", "pier", "tower", "water_tower", "windmill", "works"}
    ),
    "landuse": frozenset({"cemetery", "commercial", "education", "industrial", "retail"}),
}
"""Of these keys only these values are places that people name."""

NOT_SPOTS = frozenset({"no", "vacant", "parking_space", "parking_entrance", "vending_machine"})

SETTLED_BY = ("addr:place", "addr:hamlet", "addr:village", "addr:suburb", "addr:city")
"""Where a house without a street has its number: the first of these that is there."""

_LANGUAGE = r"[a-z]{2,3}(?:[-_][A-Za-z]{2,8})*"
_OTHER_NAME = re.compile(
    rf"name:{_LANGUAGE}|(?:alt|old|short|loc|official|int|nat|reg)_name(?::{_LANGUAGE})?"
)
_PLAIN_LANGUAGE = re.compile(r"name:([a-z]{2,3})")
_POSTCODE = re.compile(r"(?:[A-Z]{1,3}[- ])?(\d[\d -]{1,8}\d)", re.ASCII)
_COUNT = re.compile(r"\d{1,3}(?:[ ,.']?\d{3})*|\d+", re.ASCII)

WANTED_KEYS = (
    *("addr:housenumber", "addr:interpolation", "highway", "place", "boundary", "addr:postcode"),
    *SPOT_KEYS,
)
"""An object without any of these keys tells a gazetteer nothing."""


def text(tags: Tags, key: str) -> str | None:
    """The value with single spaces, None where there is none."""
    return " ".join(tags.get(key, "").split()) or None


def other_names(tags: Tags, name: str) -> tuple[str, ...]:
    """Names in other languages, alternate, old, short, official and local ones, each once."""
    found: dict[str, None] = {}
    for key in sorted(tags):
        if _OTHER_NAME.fullmatch(key):
            for part in tags[key].split(";"):
                found[" ".join(part.split())] = None
    return tuple(each for each in found if each and each != name)


def names_by_language(tags: Tags, language: str | None) -> dict[str, str]:
    """The names of an area by language; `name` is in the country's own."""
    names = {
        key.removeprefix("name:"): value
        for key in tags
        if _PLAIN_LANGUAGE.fullmatch(key) and (value := text(tags, key))
    }
    own = text(tags, "name")
    if language and own:
        names.setdefault(language, own)
    return names


def numbers(tags: Tags) -> list[str]:
    """The house numbers of an object: `12;14` stands for two."""
    parts = (" ".join(part.split()) for part in tags.get("addr:housenumber", "").split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def postcode(tags: Tags) -> str | None:
    """The one postcode of an object, without the country's letters; None where there are several."""
    value = text(tags, "addr:postcode") or text(tags, "postal_code")
    found = _POSTCODE.fullmatch(value) if value else None
    return found[1] if found else None


def population(tags: Tags) -> int | None:
    """The population, where the tag is a plain number."""
    value = text(tags, "population") or ""
    found = _COUNT.fullmatch(value)
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return int(digits) if 0 < len(digits) < 10 else None


def spot_kind(tags: Tags) -> str | None:
    """What kind of point of interest an object is, None where it is none."""
    if tags.get("place") == "square":
        return "square"
    if tags.get("highway") == "bus_stop":
        return "bus_stop"
    for key in SPOT_KEYS:
        value = tags.get(key)
        if not value or value in NOT_SPOTS or value not in SPOT_VALUES.get(key, {value}):
            continue
        return key if value == "yes" else value
    return None
