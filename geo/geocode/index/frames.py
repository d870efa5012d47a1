"""The six frames a gazetteer is built from, made whole: every column there, missing ones empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

COLUMNS: dict[str, tuple[str, ...]] = {
    "streets": (
        "external_id", "name", "alternate_names", "place", "postcode", "area_code", "odd_from",
        "odd_to", "even_from", "even_to", "lat", "lon", "lines", "source_id",
    ),
    "houses": (
        "external_id", "street", "place", "postcode", "area_code", "number", "surveyed", "lat",
        "lon", "source_id",
    ),
    "postcodes": ("postcode", "name", "area_code", "placed_by", "geometry", "source_id"),
    "settlements": (
        "external_id", "name", "alternate_names", "kind", "population", "area_code", "parent",
        "unit", "geometry", "source_id",
    ),
    "spots": (
        "external_id", "name", "alternate_names", "kind", "area_code", "geometry", "source_id",
    ),
    "areas": ("code", "level", "parent_code", "geometry"),
}  # fmt: skip
"""Columns a frame. Coordinates are EPSG:4326; `areas` also has a name_<language> for each language."""


class FramesLike(Protocol):
    """What a gazetteer is built from; the register's own frames are of this shape."""

    @property
    def streets(self) -> pd.DataFrame: ...
    @property
    def houses(self) -> pd.DataFrame: ...
    @property
    def postcodes(self) -> pd.DataFrame: ...
    @property
    def settlements(self) -> pd.DataFrame: ...
    @property
    def spots(self) -> pd.DataFrame: ...
    @property
    def areas(self) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Frames:
    """Six plain frames (EPSG:4326); those not given are empty, and so are columns not given."""

    streets: pd.DataFrame
    houses: pd.DataFrame
    postcodes: pd.DataFrame
    settlements: pd.DataFrame
    spots: pd.DataFrame
    areas: pd.DataFrame

    @classmethod
    def of(cls, **given: pd.DataFrame) -> Frames:
        """Frames from those given by name; raises KeyError for a name that is none of the six."""
        if unknown := given.keys() - COLUMNS.keys():
            raise KeyError(f"no such frame: {', '.join(sorted(unknown))}")
        return cls(**{name: _whole(name, given.get(name)) for name in COLUMNS})


def whole(frames: FramesLike) -> Frames:
    """Somebody's frames with every column of COLUMNS, missing values as None."""
    return Frames.of(**{name: getattr(frames, name) for name in COLUMNS})


def _whole(name: str, frame: pd.DataFrame | None) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame({column: pd.Series([], dtype=object) for column in COLUMNS[name]})
    plain = pd.DataFrame({column: frame[column].to_numpy() for column in frame.columns})
    for column in COLUMNS[name]:
        if column not in plain:
            plain[column] = pd.Series([None] * len(plain), dtype=object)
    return plain


def texts(frame: pd.DataFrame, column: str) -> list[str | None]:
    """A column's values as texts, None where there is none or only spaces."""
    values = frame[column].to_numpy(dtype=object)
    return [
        None if value is None or value != value or value is pd.NA or not (text := str(value).strip())
        else text
        for value in values
    ]  # fmt: skip


def listed(value: object) -> list[str]:
    """A cell that holds a list of names, however the frame's reader spells a list."""
    if value is None or isinstance(value, str | float):
        return []
    return [str(name) for name in value] if hasattr(value, "__iter__") else []
