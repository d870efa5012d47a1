"""Reads the residents of the Polish municipalities as GUS gives them for the end of 2024."""

from __future__ import annotations

from pathlib import Path

from geo.errors import InvalidInput
from geo.sources.batch import Batch
from geo.sources.census import read_census
from geo.sources.rows import Rows
from geo.sources.source import Source

WITHOUT_KIND = 6
"""Digits of a TERYT code that stay: the seventh is the kind, 1 urban, 2 rural, 3 mixed."""


def read(path: Path | None, source: Source) -> Batch:
    """Frame `population`, under the codes of the areas that are loaded.

    Codes are joined on their first six digits: where a village became a town since the areas were
    drawn, only the seventh changed. How many did is noted.
    """
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    return read_census(path, source, before=_with_loaded_kind)


def _with_loaded_kind(rows: Rows) -> None:
    known = rows.source.known_codes
    if known is None:
        rows.notes.append(
            "no official areas of Poland are loaded: codes stay as they are, and some may fit none"
            " that are drawn for another year"
        )
        return
    loaded = {code[:WITHOUT_KIND]: code for code in sorted(known)}
    if len(loaded) < len(known):
        return  # two areas differ in their kind alone, so that six digits say too little
    given = rows.texts("code")
    joined = given.map(lambda code: loaded.get(code[:WITHOUT_KIND], code))
    rows.frame[rows.heading("code")] = joined
    changed = int((joined != given).sum())
    if changed:
        rows.notes.append(
            f"{changed:,} codes differ from the loaded areas in the kind of municipality alone;"
            f" joined on the first {WITHOUT_KIND} digits"
        )
