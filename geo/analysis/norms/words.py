"""The words that explain a norm, read strictly from sentences.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from geo.profiles.shape import SENTENCE_LANGUAGES
from geo.profiles.strict import Names, Table, read

FILE = Path(__file__).with_name("sentences.toml")
# English as Europe writes it: 1 January 2030, not January 1, 2030.
_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class NormWords:
    """Sentences and bases by language; `counted` by language and category of number."""

    bases: Mapping[str, Names]
    counted: Mapping[str, Mapping[str, Names]]
    sentences: Mapping[str, Names]

    def count(self, word: str, number: int, language: str) -> str:
        """A counted word in the right form: 2 stanowiska, 5 stanowisk; 20 de posturi."""
        form = _locale(language).plural_form(number)
        return self.counted[word][language][form].format(n=whole(number, language))


@lru_cache(maxsize=65536)
def whole(number: int, language: str) -> str:
    """50,585 in English, 50.585 in Greek, 50 585 in Polish (with a space that does not break)."""
    return format_decimal(number, locale=_locale(language))


def day(when: date, language: str) -> str:
    """1 January 2030, 1 stycznia 2030."""
    return format_date(when, format="long", locale=_locale(language))


@cache
def norm_words() -> NormWords:
    """The words of the file beside this one; read once."""
    return read_words(FILE)


def read_words(path: Path) -> NormWords:
    """Raises NeedsmapError naming file and key where a language, a form or a {name} is missing."""
    top = read(path)
    bases = top.named("bases", SENTENCE_LANGUAGES)
    sentences = top.table("sentences")
    said = {key: _alike(sentences, key) for key in sentences.left()}
    words = top.table("counted")
    counted = {key: _forms(words, key) for key in words.left()}
    top.finish()
    return NormWords(bases, counted, said)


def _alike(table: Table, key: str) -> Names:
    names = table.names(key, SENTENCE_LANGUAGES)
    for language, text in names.items():
        if placeholders(text) != placeholders(names["en"]):
            raise table.fail(f"{key}.{language}", "has other {placeholders} than the English")
    return names


def _forms(table: Table, key: str) -> Mapping[str, Names]:
    inner = table.table(key)
    found = {}
    for language in SENTENCE_LANGUAGES:
        forms = (*sorted(_locale(language).plural_form.tags), "other")
        found[language] = inner.names(language, tuple(forms))
        for form, text in found[language].items():
            if placeholders(text) != {"n"}:
                raise inner.fail(f"{language}.{form}", "must hold {n} and nothing else")
    inner.finish()
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))
