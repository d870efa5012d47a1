"""Rows and houses of the frames put together to streets; done once, when a gazetteer is built."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.geocode.index.frames import Frames, listed, texts
from geo.geocode.index.houses import Houses, answers_to, coded, ordered
from geo.geocode.index.items import UNKNOWN_HOME, gathered, homes, line_parts
from geo.geocode.index.naming import Names
from geo.geocode.index.streets import Street, StreetName, StreetRow, pieces
from geo.geocode.words.habits import Habits


@dataclass(frozen=True)
class Built:
    """What `build` makes: streets with their houses and lines (EPSG:3035), in one order."""

    names: list[StreetName]
    spellings: dict[int, list[int]]
    streets: list[Street]
    other_names: dict[int, tuple[int, ...]]
    houses: Houses
    lines: npt.NDArray[np.object_]


def build(
    frames: Frames,
    habits: Habits,
    postcode_points: Mapping[str, tuple[float, float]],
    place_key: Callable[[str], str],
    area_of: Callable[[str | None, str | None], str | None],
) -> Built:
    """Streets of the frames. `area_of` (place key, postcode) tells the municipality they lie in."""
    names = Names(habits)
    parts, part_row = line_parts(frames.streets)
    items = gathered(frames, names, postcode_points, place_key, parts, part_row)
    items["home"] = homes(items, area_of)
    items["group"] = items.groupby(["name", "home"], sort=False).ngroup()
    items["street"] = pieces(items)
    return _assembled(frames, items, names, parts, part_row)


# -- streets -----------------------------------------------------------------------------------


def _assembled(
    frames: Frames,
    items: pd.DataFrame,
    names: Names,
    parts: npt.NDArray[np.object_],
    part_row: npt.NDArray[np.int64],
) -> Built:
    number = np.sort(items["street"].unique())
    items["street"] = np.searchsorted(number, items["street"].to_numpy())
    streets = _shells(items, len(number))
    houses = _house_columns(frames.houses, items[items["what"] == "house"])
    for street, first, last in _slices(houses.street):
        streets[street].first, streets[street].last = first, last
    lines = _give_lines(items, streets, parts)
    others = _give_rows(frames.streets, items, streets, names, part_row)
    _name_after_houses(frames.houses, items, streets)
    return Built(names.names, dict(names.spellings), streets, others, houses, lines)


def _shells(items: pd.DataFrame, count: int) -> list[Street]:
    heads = items.drop_duplicates("street").sort_values("street")
    names_of, home_of = heads["name"].tolist(), heads["home"].astype(str).tolist()
    places = items.dropna(subset=["place"]).groupby("street")["place"].agg(frozenset).to_dict()
    codes = items.dropna(subset=["postcode"]).groupby("street")["postcode"].agg(frozenset).to_dict()
    villages = items.groupby("street")["village"].all().to_numpy()
    nothing: frozenset[str] = frozenset()
    streets = []
    for at in range(count):
        home = home_of[at]
        known = not (home == UNKNOWN_HOME or home.startswith(("place:", "postcode:")))
        streets.append(
            Street(
                names_of[at],
                "",
                home,
                home if known else None,
                places=places.get(at, nothing),
                postcodes=codes.get(at, nothing),
                village=bool(villages[at]),
            )
        )
    return streets


def _slices(column: npt.NDArray[np.int32]) -> Iterable[tuple[int, int, int]]:
    values, starts = np.unique(column, return_index=True)
    ends = [*starts[1:].tolist(), len(column)][: len(starts)]
    return zip(values.tolist(), starts.tolist(), ends, strict=True)


def _house_columns(frame: pd.DataFrame, items: pd.DataFrame) -> Houses:
    """One entry for each number a house answers to, in the order of streets and numbers."""
    at = items["at"].to_numpy(np.int64)
    number, distinct = pd.factorize(np.array(texts(frame, "number"), dtype=object)[at])
    answers = [answers_to(str(text)) for text in distinct]
    counts = np.array([*(len(found) for found in answers), 0])[number]
    source = np.repeat(np.arange(len(at)), counts)
    said = [one for code in number.tolist() if code >= 0 for one in answers[code]]
    keys: dict[str, int] = {}
    labels: dict[str, int] = {}
    row = at[source]
    lat, lon = (pd.to_numeric(frame[c]).to_numpy(float)[row] for c in ("lat", "lon"))
    surveyed = np.array([v is not False and v is not np.False_ for v in frame["surveyed"]], bool)
    return ordered(
        Houses(
            street=items["street"].to_numpy(np.int32)[source],
            value=np.array([value for value, _, _ in said], dtype=np.int32),
            key=coded((key for _, key, _ in said), keys),
            lat=lat,
            lon=lon,
            x=items["x"].to_numpy(float)[source],
            y=items["y"].to_numpy(float)[source],
            postcode=coded(items["postcode"], labels)[source],
            place=coded(items["place"], labels)[source],
            surveyed=surveyed[row],
            own=np.array([own for _, _, own in said], dtype=bool),
            keys=tuple(keys),
            labels=tuple(labels),
        )
    )


def _give_lines(
    items: pd.DataFrame, streets: list[Street], parts: npt.NDArray[np.object_]
) -> npt.NDArray[np.object_]:
    spots = (
        items[items["what"] == "line"].drop_duplicates("at").sort_values("street", kind="stable")
    )
    for street, first, last in _slices(spots["street"].to_numpy(np.int32)):
        streets[street].line, streets[street].line_end = first, last
    return np.asarray(parts[spots["at"].to_numpy(np.int64)], dtype=object)


def _give_rows(
    frame: pd.DataFrame,
    items: pd.DataFrame,
    streets: list[Street],
    names: Names,
    part_row: npt.NDArray[np.int64],
) -> dict[int, tuple[int, ...]]:
    """Rows to the streets they are of; returns each street's other names."""
    rows, spots = items[items["what"] == "row"], items[items["what"] == "line"]
    of_line = zip(part_row[spots["at"].to_numpy(np.int64)].tolist(), spots["street"], strict=True)
    of_row = zip(rows["at"], rows["street"], strict=True)
    own_rows: dict[int, dict[int, None]] = defaultdict(dict)
    for at, street in [*of_row, *of_line]:
        own_rows[int(street)][int(at)] = None
    records = frame.to_dict("records")
    lat, lon = (pd.to_numeric(frame[c]).to_numpy(float, na_value=np.nan) for c in ("lat", "lon"))
    real = set(rows.loc[rows["x"].notna(), "at"].astype(int).tolist())
    others: dict[int, tuple[int, ...]] = {}
    for number, own in own_rows.items():
        street = streets[number]
        street.rows = tuple(_street_row(records[at]) for at in own)
        street.shown = street.rows[0].name
        points = [at for at in own if at in real]
        if points:
            street.point = (float(lat[points[0]]), float(lon[points[0]]))
        alternate = {
            names.number(str(name)) for at in own for name in listed(records[at]["alternate_names"])
        }
        if alternate - {-1, street.name}:
            others[number] = tuple(sorted(alternate - {-1, street.name}))
    return others


def _street_row(record: Mapping[Any, Any]) -> StreetRow:
    return StreetRow(
        str(record["name"]),
        _text(record["postcode"]),
        _text(record["area_code"]),
        _side(record["odd_from"], record["odd_to"]),
        _side(record["even_from"], record["even_to"]),
    )


def _text(value: Any) -> str | None:
    return None if pd.isna(value) or not str(value).strip() else str(value).strip()


def _side(first: Any, last: Any) -> tuple[int, int | None] | None:
    if pd.isna(first):
        return None
    return int(first), None if pd.isna(last) else int(last)


def _name_after_houses(frame: pd.DataFrame, items: pd.DataFrame, streets: list[Street]) -> None:
    """Streets that no row names take the name their first house gives, and villages their own."""
    houses = items[items["what"] == "house"].drop_duplicates("street")
    street_texts, place_texts = texts(frame, "street"), texts(frame, "place")
    for number, at in zip(houses["street"].tolist(), houses["at"].tolist(), strict=True):
        street = streets[number]
        if not street.shown:
            street.shown = street_texts[at] or place_texts[at] or ""
    own_place = items.dropna(subset=["place"]).drop_duplicates("street")
    frame_places = {"house": place_texts}
    for number, what, at in zip(
        own_place["street"], own_place["what"], own_place["at"], strict=True
    ):
        if what in frame_places:
            streets[int(number)].place = frame_places[what][int(at)]
