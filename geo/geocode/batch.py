"""Many addresses at once: equal ones solved once, rows shared among processes where asked."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence

import pandas as pd

from geo.geocode.location import Location
from geo.geocode.match.locator import Locator

COLUMNS = [
    "class",
    "lat",
    "lon",
    "radius_m",
    "area_code",
    "postcode",
    "matched",
    "reason_en",
    "reason_el",
    "centroid_fallback",
    "alternatives",
    "gazetteer_version",
]
"""The columns `locate_many` answers with."""

_CHUNK = 500

Typed = tuple[str, str, str]
Record = tuple[object, ...]
Progress = Callable[[int, int], None]


def located_frame(
    frame: pd.DataFrame, locator: Locator, progress: Progress | None, workers: int
) -> pd.DataFrame:
    """See `geo.geocode.locate.locate_many`."""
    columns = [_texts(frame, name) for name in ("address", "municipality_text", "postcode")]
    typed: list[Typed] = list(zip(*columns, strict=True))
    solved = _solved(list(dict.fromkeys(typed)), locator, workers)
    answers: list[Record] = []
    known: dict[Typed, Record] = {}
    for done, key in enumerate(typed, 1):
        while key not in known:
            known.update(next(solved))
        answers.append(known[key])
        if progress and (done % _CHUNK == 0 or done == len(typed)):
            progress(done, len(typed))
    table = pd.DataFrame(answers, columns=COLUMNS, index=frame.index)
    return table.astype(
        {
            **dict.fromkeys(("lat", "lon", "radius_m"), "Float64"),
            **dict.fromkeys(("area_code", "postcode", "matched"), "string"),
            "centroid_fallback": "boolean",
        }
    )


def _solved(
    typed: Sequence[Typed], locator: Locator, workers: int
) -> Iterator[list[tuple[Typed, Record]]]:
    """The distinct addresses solved, chunk by chunk, in their order."""
    chunks = [typed[at : at + _CHUNK] for at in range(0, len(typed), _CHUNK)]
    if workers <= 1 or len(chunks) <= 1:
        for chunk in chunks:
            yield _records(chunk, locator)
        return
    # Forked processes share the gazetteer's memory; it is not copied or built again.
    _forked.append(locator)
    try:
        with multiprocessing.get_context("fork").Pool(min(workers, len(chunks))) as pool:
            yield from pool.imap(_forked_records, chunks)
    finally:
        _forked.remove(locator)


_forked: list[Locator] = []


def _forked_records(chunk: Sequence[Typed]) -> list[tuple[Typed, Record]]:
    return _records(chunk, _forked[-1])


def _records(chunk: Sequence[Typed], locator: Locator) -> list[tuple[Typed, Record]]:
    return [
        (key, _record(locator.locate(key[0], municipality_text=key[1], postcode=key[2])))
        for key in chunk
    ]


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame and column != "address":
        return [""] * len(frame)
    return [str(value) if pd.notna(value) else "" for value in frame[column]]


def _record(location: Location) -> Record:
    return (
        location.class_,
        location.lat,
        location.lon,
        location.radius_m,
        location.area_code,
        location.postcode,
        location.matched,
        location.reason.en,
        location.reason.el,
        location.centroid_fallback,
        [
            {
                "matched": other.matched,
                "class": other.class_,
                "area_code": other.area_code,
                "postcode": other.postcode,
                "lat": other.lat,
                "lon": other.lon,
                "radius_m": other.radius_m,
                "agreement": other.agreement,
            }
            for other in location.alternatives
        ],
        location.gazetteer_version,
    )
