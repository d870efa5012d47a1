"""Reads TOML strictly: every key is taken out with its kind, and what is left over is an error."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import NeedsmapError

Names = Mapping[str, str]
"""Language code -> text; 'en' and the country's own languages are always there."""

_MISSING = object()
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class Table:
    """One table of a file, emptied key by key; `finish` complains about keys nobody took."""

    def __init__(self, content: Mapping[str, Any], file: str, place: str = "") -> None:
        self._left = dict(content)
        self.file = file
        self.place = place

    def fail(self, key: str, problem: str) -> NeedsmapError:
        """The error that names file and key; for the caller to raise."""
        where = f"{self.place}.{key}" if self.place else key
        return NeedsmapError(
            f"{self.file}: key '{where}' {problem}",
            hint=f"Mend '{where}' in {self.file}.",
        )

    def has(self, key: str) -> bool:
        return key in self._left

    def left(self) -> tuple[str, ...]:
        """The keys not yet taken, in the file's order."""
        return tuple(self._left)

    def _take(self, key: str, kind: type | tuple[type, ...], word: str) -> Any:
        value = self._left.pop(key, _MISSING)
        if value is _MISSING:
            raise self.fail(key, "is missing")
        # A TOML boolean is a Python int; a number is meant to be a number.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fail(key, f"must be {word}, not {value!r}")
        return value

    def text(self, key: str) -> str:
        value: str = self._take(key, str, "a text")
        if not value.strip():
            raise self.fail(key, "must not be empty")
        return value

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"must be one of {', '.join(allowed)}, not '{value}'")
        return value

    def whole(self, key: str) -> int:
        value: int = self._take(key, int, "a whole number")
        return value

    def number(self, key: str) -> float:
        return float(self._take(key, (int, float), "a number"))

    def truth(self, key: str) -> bool:
        value: bool = self._take(key, bool, "true or false")
        return value

    def day(self, key: str) -> date:
        value: date = self._take(key, date, "a date")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._take(key, list, "a list of texts")
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.fail(key, f"must hold texts only, not {value!r}")
        if len(set(values)) != len(values):
            raise self.fail(key, "holds a word twice")
        return tuple(values)

    def wholes(self, key: str) -> tuple[int, ...]:
        values = self._take(key, list, "a list of whole numbers")
        if not all(type(value) is int for value in values):
            raise self.fail(key, "must hold whole numbers only")
        return tuple(values)

    def pattern(self, key: str, groups: int | None = None) -> str:
        """A regular expression, with so many groups where that is said."""
        value = self.text(key)
        try:
            found = re.compile(value).groups
        except re.error as error:
            raise self.fail(key, f"is not a regular expression: {error}") from error
        if groups is not None and found != groups:
            raise self.fail(key, f"must have {groups} groups, not {found}")
        return value

    def code(self, key: str) -> str:
        """A code of ours: small Latin letters, digits and underscores, a letter first."""
        value = self.text(key)
        self.check_code(key, value)
        return value

    def check_code(self, key: str, value: str) -> None:
        """Raise where a code that stands as a key or a value has not the form of one."""
        if _CODE.fullmatch(value) is None:
            raise self.fail(key, f"must be a code like 'day_centre', not '{value}'")

    def named(self, key: str, languages: tuple[str, ...]) -> dict[str, Names]:
        """A table of code -> names."""
        table = self.table(key)
        return {code: table.names(code, languages) for code in table.left()}

    def names(self, key: str, languages: tuple[str, ...]) -> Names:
        """A text in each of the languages, no more and no fewer."""
        inner = self.table(key)
        found = {language: inner.text(language) for language in languages}
        inner.finish()
        return found

    def names_also(self, key: str, languages: tuple[str, ...], also: tuple[str, ...]) -> Names:
        """A text in each of the languages, and in those of `also` that the file speaks."""
        inner = self.table(key)
        wanted = (*languages, *(a for a in also if a not in languages and inner.has(a)))
        found = {language: inner.text(language) for language in wanted}
        inner.finish()
        return found

    def table(self, key: str) -> Table:
        return Table(self._take(key, dict, "a table"), self.file, self._inside(key))

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables; each is named by its number counted from 1."""
        found = self._take(key, list, "a list of tables")
        if not found or not all(isinstance(item, dict) for item in found):
            raise self.fail(key, "must be a list of tables, with one at least")
        inside = self._inside(key)
        return tuple(Table(t, self.file, f"{inside}[{n}]") for n, t in enumerate(found, start=1))

    def finish(self) -> None:
        """Raise where keys were left: a misspelt key would otherwise be a silent default."""
        for key in self._left:
            raise self.fail(key, "is not known here")

    def _inside(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key


def read(path: Path) -> Table:
    """The whole file as a table. Raises NeedsmapError naming the file where it cannot be read."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NeedsmapError(f"{path.name}: cannot be read: {error}") from error
    return Table(content, path.name)
