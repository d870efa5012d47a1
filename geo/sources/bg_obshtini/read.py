"""Reads the polygons of the Bulgarian municipalities from a file somebody hands in."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from geo.errors import InvalidInput
from geo.profiles import profile
from geo.profiles.addresses import Spelling
from geo.sources.areas import read_areas
from geo.sources.batch import Batch
from geo.sources.source import Source


def read(path: Path | None, source: Source) -> Batch:
    """Frame `areas`: one official MultiPolygon (EPSG:4326) a municipality, its province in its code.

    The English name is the Bulgarian one in Latin letters as the Transliteration Law has it.
    """
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH"
        )
    batch = read_areas(path, source)
    law = profile.load(source.country).addresses.spelling
    areas = batch.frames["areas"]
    named = areas.assign(name_en=[in_latin(name, law) for name in areas["name_bg"]])
    return replace(batch, frames={"areas": named})


def in_latin(name: str, law: Spelling) -> str:
    """A Bulgarian name in Latin letters: Transliteration Law, State Gazette 19/2009.

    Letter by letter, but for the endings and words that the law excepts: София is Sofia.
    Capitals stay; letters that the law does not have stay as they are.
    """
    return re.sub(r"\w+", lambda word: _word(word[0], law), name)


def _word(word: str, law: Spelling) -> str:
    small = word.lower()
    latin = law.law_words.get(small)
    if latin is None:
        ending = next((end for end in law.law_endings if small.endswith(end)), "")
        stem = small.removesuffix(ending)
        latin = "".join(law.letters.get(letter, letter) for letter in stem)
        latin += law.law_endings.get(ending, "")
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin
