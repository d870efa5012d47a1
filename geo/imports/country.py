"""What tells a country's tables from another's, and the words its profile gives to fields."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from geo.errors import NotFound
from geo.fields.shape import Field
from geo.names import fold
from geo.profiles import profile
from geo.profiles.profile import Profile

FILE = Path(__file__).with_name("countries.toml")


@dataclass(frozen=True)
class Country:
    """A country as imports need it; `box` is west, south, east, north in degrees."""

    code: str
    box: tuple[float, float, float, float]
    clock: ZoneInfo
    postcode: re.Pattern[str]
    code_length: int | None = None
    boundaries: str | None = None

    def holds(self, lat: float, lon: float) -> bool:
        """True where the point lies in the country's box."""
        west, south, east, north = self.box
        return west <= lon <= east and south <= lat <= north


@cache
def countries() -> Mapping[str, Country]:
    """All countries by code."""
    found = {}
    for code, facts in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        west, south, east, north = facts["box"]
        found[code] = Country(
            code,
            (west, south, east, north),
            ZoneInfo(facts["clock"]),
            re.compile(facts["postcode"], re.ASCII),
            facts.get("code_length"),
            facts.get("boundaries"),
        )
    return found


def country(code: str) -> Country:
    """The country of that code. Raises NotFound, naming those there are."""
    if code not in countries():
        raise NotFound(
            f"No imports are known for the country '{code}'.", hint=", ".join(countries())
        )
    return countries()[code]


def words_of(field: Field, country_code: str | None) -> Mapping[str, str]:
    """Folded word -> code, for a field of the kind choice or choices.

    Words are codes, names in every language and what files call them besides; those of the
    country's profile where the field takes its words from there.
    """
    found: dict[str, str] = {}
    for word in field.words:
        for text in (word.code, *word.names.values(), *word.also):
            found.setdefault(fold(text), word.code)
    if field.words_from and country_code:
        for code, texts in _profile_words(profile.load(country_code), field.words_from).items():
            for text in (code, *texts):
                found.setdefault(fold(text), code)
    if field.default and (field.words_from or field.words):
        found.setdefault(fold(field.default), field.default)
    return found


def _profile_words(country_profile: Profile, which: str) -> Mapping[str, tuple[str, ...]]:
    if which == "service_types":
        return {
            service.code: (*service.names.values(), *service.words)
            for service in country_profile.service_types
        }
    if which == "legal_forms":
        forms = country_profile.legal_forms
        return {code: tuple(form.names.values()) for code, form in forms.items()}
    named: Mapping[str, Mapping[str, str]] = getattr(country_profile, which)
    return {code: tuple(names.values()) for code, names in named.items()}
