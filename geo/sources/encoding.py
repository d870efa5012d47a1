"""Which characters the bytes of a text file stand for: declared, UTF-8, or a guess that is sure."""

from __future__ import annotations

import codecs
from typing import NoReturn

from charset_normalizer import from_bytes

from geo.errors import Problem, SourceRejected
from geo.sources.source import Source

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

LANGUAGES = {
    "bg": ("Bulgarian", {"cp1251", "iso8859_5", "koi8_r", "cp855", "cp866", "mac_cyrillic"}),
    "el": ("Greek", {"cp1253", "iso8859_7", "cp737", "mac_greek"}),
    "en": ("English", {"cp1252", "iso8859_1", "iso8859_15", "mac_roman"}),
    "it": ("Italian", {"cp1252", "iso8859_1", "iso8859_15", "mac_roman"}),
    "pl": ("Polish", {"cp1250", "iso8859_2", "mac_latin2"}),
    "ro": ("Romanian", {"cp1250", "iso8859_2", "iso8859_16"}),
}
"""Our language codes: what charset-normalizer calls the language, and the encodings in which
offices write it. A guess outside of these is a mistake (Polish was taken for ISO 8859-14)."""

COHERENCE = 30.0
"""Per cent of letters that fit the language's habits: right guesses on real tables of
municipality names reach 50 to 65, a short or mistaken text stays under 20 (tried on the Greek,
Bulgarian and Polish tables in their common encodings)."""

RIVAL_COHERENCE, RIVAL_CHAOS = 8.0, 5.0
"""Another reading in the same language is a rival, and there is no ground to choose, when it is
less coherent by less than the first and more chaotic by less than the second: Polish in ISO
8859-2 differs from its other readings by 3 and 0, Greek in Windows-1253 by 10 and 7."""


def decode(data: bytes, source: Source, file: str) -> tuple[str, str, list[str]]:
    """The text, its encoding and notes; raises SourceRejected naming the first unreadable byte.

    Order: a byte order mark; the encoding that source.toml declares; UTF-8; a guess. Text that
    is valid UTF-8 beyond ASCII is read as UTF-8 even where another encoding is declared, because
    no other encoding's text looks like that by chance.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            text, position = _try(data, name)
            if text is None:
                _refuse(source, file, data, position, name)
            return text, name, []
    as_utf8, position = _try(data, "utf-8")
    declared = source.encoding
    if as_utf8 is not None:
        other = declared is not None and codecs.lookup(declared).name != "utf-8"
        surprising = other and not data.isascii()
        notes = [f"declared as {declared}, but the file is UTF-8: read as UTF-8"]
        return as_utf8, "utf-8", notes if surprising else []
    if declared is not None:
        text, declared_position = _try(data, declared)
        if text is not None:
            return text, declared, []
        position = declared_position
    guess = _sure_guess(data, source.language)
    if guess is None:
        _refuse(source, file, data, position, declared or "utf-8")
    text, name = guess
    return text, name, [f"encoding not declared: recognised as {name} by its {source.language}"]


def _try(data: bytes, name: str) -> tuple[str | None, int]:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        return None, error.start
    return (None, text.index("\0")) if "\0" in text else (text, 0)


def _sure_guess(data: bytes, language: str) -> tuple[str, str] | None:
    expected, encodings = LANGUAGES.get(language, ("", set()))
    guesses = [guess for guess in from_bytes(data) if expected in guess.languages]
    if not guesses:
        return None
    best = max(guesses, key=lambda guess: guess.percent_coherence)
    text = str(best)
    rivals = [
        guess
        for guess in guesses
        if str(guess) != text
        and guess.percent_coherence > best.percent_coherence - RIVAL_COHERENCE
        and guess.percent_chaos < best.percent_chaos + RIVAL_CHAOS
    ]
    if best.percent_coherence < COHERENCE or best.encoding not in encodings or rivals:
        return None
    return text, best.encoding


def _refuse(source: Source, file: str, data: bytes, position: int, tried: str) -> NoReturn:
    line = data.count(b"\n", 0, position) + 1
    raise SourceRejected(
        source.id,
        [
            Problem(
                file,
                f"unreadable encoding: byte {position + 1:,} of the file is not {tried},"
                " and no other encoding is certain",
                "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8), or name its encoding in"
                f' {source.id}/source.toml, as encoding = "cp1253".',
                row=line,
                value=data[position : position + 1].hex(" "),
            )
        ],
    )
