"""A file that is not taken at all: what is wrong with it and what to do, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geo.errors import InvalidInput
from geo.files.words import Told, Words

WORDS = Words(Path(__file__).with_name("words.toml"))


class FileRefused(InvalidInput):
    """The file as a whole is not read: unsafe, damaged, too large, or in no form we know.

    `code` names the sentences in words.toml, `values` fill their places. The message never holds
    what stands in the file.
    """

    def __init__(self, code: str, **values: Any) -> None:
        self.code = code
        self.values = values
        told = self.told("en")
        super().__init__(_sentence(told.problem), hint=told.remedy)

    def told(self, language: str) -> Told:
        """Problem and remedy in a language (English where there is none)."""
        return WORDS.tell(self.code, language, self.values)


def _sentence(problem: str) -> str:
    return f"{problem[:1].upper()}{problem[1:]}."
