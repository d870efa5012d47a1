"""Which characters the bytes of a source's file stand for: marked, declared, UTF-8, or surely guessed."""

from __future__ import annotations

import codecs
from typing import NoReturn

from geo.errors import Problem, SourceRejected
from geo.files.encoding import attempt, marked, sure_guess
from geo.sources.source import Source


def decode(data: bytes, source: Source, file: str) -> tuple[str, str, list[str]]:
    """The text, its encoding and notes; raises SourceRejected naming the first unreadable byte.

    Order: a byte order mark; the encoding that source.toml declares; UTF-8; a guess. Text that
    is valid UTF-8 beyond ASCII is read as UTF-8 even where another encoding is declared, because
    no other encoding's text looks like that by chance.
    """
    mark = marked(data)
    if mark is not None:
        text, position = attempt(data, mark)
        if text is None:
            _refuse(source, file, data, position, mark)
        return text, mark, []
    as_utf8, position = attempt(data, "utf-8")
    declared = source.encoding
    if as_utf8 is not None:
        other = declared is not None and codecs.lookup(declared).name != "utf-8"
        surprising = other and not data.isascii()
        notes = [f"declared as {declared}, but the file is UTF-8: read as UTF-8"]
        return as_utf8, "utf-8", notes if surprising else []
    if declared is not None:
        text, declared_position = attempt(data, declared)
        if text is not None:
            return text, declared, []
        position = declared_position
    guess = sure_guess(data, source.language)
    if guess is None:
        _refuse(source, file, data, position, declared or "utf-8")
    text, name = guess
    return text, name, [f"encoding not declared: recognised as {name} by its {source.language}"]


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
                f' {source.facts_file}, as encoding = "cp1253".',
                row=line,
                value=data[position : position + 1].hex(" "),
            )
        ],
    )
