"""What a register's fields are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "text",  # one line
    "long_text",  # several
    "code",  # letters, digits and signs without spaces, by `pattern` where it has one
    "area",  # the code of a municipality
    "whole",
    "number",
    "date",
    "moment",
    "truth",
    "choice",  # one of `words`, or of what the country's profile lists under `words_from`
    "choices",  # several of them
    "codes",  # several codes
    "latitude",
    "longitude",
    "reference",  # the external id of a row in the register `refers_to`
    "references",  # several of them
    "opening",  # opening hours as recurrence rules
    "object",  # a JSON object
    "shape",  # polygons
]
KINDS: tuple[Kind, ...] = get_args(Kind)

LANGUAGES = ("en", "el", "pl", "ro", "bg")
"""Languages of labels: those of the four countries and English."""

ProfileWords = Literal[
    "service_types", "target_groups", "specialties", "legal_forms", "observation_categories"
]
PROFILE_WORDS: tuple[ProfileWords, ...] = get_args(ProfileWords)


@dataclass(frozen=True)
class Word:
    """One word of a closed list; `also` are what files call it besides its names."""

    code: str
    names: Mapping[str, str]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field of a register.

    `required` holds for a new row. `most` is the greatest length of a text or list, or the
    greatest number; `least` the least number. `column` is where the value stands in the
    register's table; None for a field that only helps to make others (`carried`), as the name
    and birth date of a person. `also` are column headings that mean this field, besides the
    names. `personal` values are never logged, and shown to nobody but who brought them.
    """

    name: str
    kind: Kind
    names: Mapping[str, str]
    also: tuple[str, ...] = ()
    required: bool = False
    personal: bool = False
    column: str | None = None
    least: float | None = None
    most: float | None = None
    pattern: str | None = None
    words: tuple[Word, ...] = ()
    words_from: ProfileWords | None = None
    refers_to: str | None = None
    default: str | None = None

    @property
    def carried(self) -> bool:
        """True where no column of the register's own table holds the value."""
        return self.column is None


@dataclass(frozen=True)
class Register:
    """A register that can be imported and edited.

    `identity` are the fields that together name a row where a file has no identifiers of its
    own; none: identifiers must be given.
    """

    name: str
    table: str
    personal: bool
    identity: tuple[str, ...]
    names: Mapping[str, str]
    fields: Mapping[str, Field]

    def columns(self) -> Mapping[str, Field]:
        """Column of the register's table -> its field."""
        return {field.column: field for field in self.fields.values() if field.column}
