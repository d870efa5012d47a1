"""The wording that maps, tables and documents share, by language."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources

from geo.errors import InvalidInput

LANGUAGES: tuple[str, ...] = ("en", "el")

Words = Mapping[str, str]
"""The same text by language code."""


@cache
def _wording() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files("layers").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def wording(section: str, key: str) -> dict[str, str]:
    """The words of one key by language; InvalidInput for a key that has no wording."""
    try:
        return dict(_wording()[section][key])
    except KeyError as missing:
        raise InvalidInput(
            f"There is no wording for {section} {key!r}.",
            hint="Add it to layers/words.toml in every language.",
        ) from missing


def say(section: str, key: str, lang: str, **values: object) -> str:
    """One wording in one language, with its places filled."""
    template = wording(section, key)[language(lang)]
    return template.format(**values) if values else template


def language(lang: str) -> str:
    """The language itself if documents are written in it, else InvalidInput."""
    if lang not in LANGUAGES:
        raise InvalidInput(
            f"There are no documents in {lang!r}.", hint=f"Choose one of: {', '.join(LANGUAGES)}."
        )
    return lang


def name_order(name: str) -> str:
    """What names are sorted by: letters without accents or case, so that Ύδρα stands at Υ."""
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()
