"""What is said about files and rows: a problem and its remedy, by code and language."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.profiles import strict

LANGUAGES = ("en", "el")
"""The languages in which problems are told; any other reader gets the first."""


@dataclass(frozen=True)
class Told:
    """A problem and what to do about it, in one language."""

    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.problem}. {self.remedy}"


class Words:
    """The sentences of one file: `code` -> language -> problem and remedy with {places}."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _sentences(self) -> Mapping[str, Mapping[str, Told]]:
        table = strict.read(self._path)
        found = {}
        for code in table.left():
            entry = table.table(code)
            found[code] = {language: _told(entry.table(language)) for language in LANGUAGES}
            entry.finish()
        return found

    def codes(self) -> frozenset[str]:
        """Every code that has sentences."""
        return frozenset(self._sentences)

    def places(self, code: str, language: str) -> frozenset[str]:
        """The names of the places that a sentence leaves open."""
        told = self._sentences[code][language]
        parts = string.Formatter().parse(told.problem + told.remedy)
        return frozenset(name for _, name, _, _ in parts if name)

    def tell(self, code: str, language: str, values: Mapping[str, Any]) -> Told:
        """The sentences of a code with its places filled; numbers get thousands marked."""
        languages = self._sentences[code]
        told = languages.get(language, languages[LANGUAGES[0]])
        filled = {name: _shown(value, language) for name, value in values.items()}
        return Told(told.problem.format(**filled), told.remedy.format(**filled))


def _told(entry: strict.Table) -> Told:
    told = Told(entry.text("problem"), entry.text("remedy"))
    entry.finish()
    return told


def _shown(value: Any, language: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        marked = f"{value:,}"
        return marked.replace(",", ".") if language == "el" else marked
    return str(value)
