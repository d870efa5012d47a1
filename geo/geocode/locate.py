"""From an address text, or a whole frame of them, to places with class, radius and reason."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from geo.geocode.batch import COLUMNS, located_frame
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.location import Location
from geo.geocode.match.locator import Locator

__all__ = ["COLUMNS", "locate", "locate_many"]


def locate(
    text: str,
    gazetteer: Gazetteer,
    *,
    municipality_text: str | None = None,
    postcode: str | None = None,
) -> Location:
    """Where an address is, how surely, and why; never raises for any text.

    `municipality_text` and `postcode` are what stands in fields of their own beside the text.
    The answer's `lat`, `lon` are EPSG:4326 degrees and `radius_m` metres; class none has neither.
    """
    locator = _locator(gazetteer)
    return locator.locate(text, municipality_text=municipality_text, postcode=postcode)


def locate_many(
    frame: pd.DataFrame,
    gazetteer: Gazetteer,
    progress: Callable[[int, int], None] | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """Locate every row of a frame (address[, municipality_text][, postcode]); COLUMNS, same index.

    Equal addresses are solved once. `progress` is called with (rows done, rows in all). Missing
    values are pandas NA; `alternatives` holds a list of dicts. With more than one worker the
    rows are shared among processes forked from this one: only for programs of a single thread.
    """
    return located_frame(frame, _locator(gazetteer), progress, workers)


def _locator(gazetteer: Gazetteer) -> Locator:
    if Locator not in gazetteer.kept:
        gazetteer.kept[Locator] = Locator(gazetteer)
    locator: Locator = gazetteer.kept[Locator]
    return locator
