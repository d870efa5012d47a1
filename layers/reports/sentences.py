"""Sentences with the grammar that their numbers ask for, in every language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale

from geo.errors import InvalidInput
from layers.words import language


@cache
def _document() -> dict[str, dict[str, Any]]:
    text = resources.files("layers.reports").joinpath("sentences.toml").read_text("utf-8")
    return tomllib.loads(text)


def sentence(key: str, lang: str, *, count: float | None = None, **values: str) -> str:
    """The sentence "section.name" in one language.

    `count` chooses the plural form by the language's CLDR rule; the number itself comes in
    `values` already formatted, so that a sentence never formats one.
    """
    section, name = key.split(".")
    try:
        forms = _document()[section][name][language(lang)]
    except KeyError as missing:
        raise InvalidInput(
            f"There is no sentence {key!r}.", hint="Sentences stand in sentences.toml."
        ) from missing
    if isinstance(forms, str):
        return forms.format(**values)
    if count is None:
        raise InvalidInput(f"The sentence {key!r} needs a count.")
    form = str(Locale.parse(lang).plural_form(count))
    return str(forms[form]).format(**values)
