"""Age bands as files write them ('0-17', '65+', 'total') and the people in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.errors import InvalidInput

TOTAL = "total"

OLDEST = 1_000
"""Years; nobody gets there, so it ends an open band."""


def read_band(word: str) -> tuple[int, int]:
    """First year of age and the first one beyond: '0-17' is (0, 18), '65+' (65, OLDEST).

    Ages in completed years; 'total' is everybody. Raises InvalidInput for anything else.
    """
    if word == TOTAL:
        return 0, OLDEST
    closed = re.fullmatch(r"(\d{1,3})-(\d{1,3})", str(word), re.ASCII)
    if closed and int(closed[1]) <= int(closed[2]):
        return int(closed[1]), int(closed[2]) + 1
    opened = re.fullmatch(r"(\d{1,3})\+", str(word), re.ASCII)
    if opened:
        return int(opened[1]), OLDEST
    raise InvalidInput(f"'{word}' is no age band; write it like 0-17, 65+ or total")


def people_of_band(population: pd.DataFrame, band: str, areas: Sequence[str]) -> Floats:
    """Persons of the band by area, in the order of `areas`; NaN where that is not known.

    `population`: area_code, age_band, persons, each pair once. Where an area lacks the band, its
    finer bands are added up, provided that they fill it without a gap; 'total' is from 0 on.
    Raises InvalidInput where an area's bands (but 'total') overlap.
    """
    by_area: dict[str, dict[str, float]] = {}
    columns = (population[name] for name in ("area_code", "age_band", "persons"))
    for code, word, persons in zip(*columns, strict=True):
        by_area.setdefault(code, {})[word] = float(persons)
    made = np.full(len(areas), np.nan)
    for at, code in enumerate(areas):
        if code in by_area:
            made[at] = _persons(by_area[code], band, code)
    return made


def _persons(given: Mapping[str, float], band: str, area: str) -> float:
    spans = sorted((*read_band(word), word) for word in given if word != TOTAL)
    for one, other in pairwise(spans):
        if one[1] > other[0]:
            raise InvalidInput(f"Area {area}: the age bands {one[2]} and {other[2]} overlap")
    if band in given:
        return given[band]
    reached, end = read_band(band)
    persons = 0.0
    for first, beyond, word in spans:
        if first == reached and beyond <= end:
            persons, reached = persons + given[word], beyond
    return persons if reached == end else np.nan
