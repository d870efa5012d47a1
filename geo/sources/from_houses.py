"""What follows from address points alone: their postcodes, their streets, what most of them say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import GEOGRAPHIC
from geo.names import fold

RANGES = ("odd_from", "odd_to", "even_from", "even_to")


def most(*columns: pd.Series[Any]) -> dict[tuple[str, ...], str]:
    """By all columns but the last: its most frequent value, the first by name of equal ones."""
    counted = pd.concat(columns, axis=1, ignore_index=True).dropna().value_counts(sort=False)
    found: dict[tuple[str, ...], str] = {}
    for row in counted.sort_index().sort_values(ascending=False, kind="stable").index:
        found.setdefault(tuple(row[:-1]), row[-1])
    return found


def postcodes_of(houses: pd.DataFrame, without: Iterable[str] = ()) -> pd.DataFrame:
    """Postcodes (but those named) at the median point of their houses: postcode, lon, lat."""
    known = houses[houses["postcode"].notna() & ~houses["postcode"].isin(list(without))]
    middle = known.groupby("postcode")[["lon", "lat"]].median().reset_index()
    return middle.assign(placed_by="houses")


def streets_of(houses: pd.DataFrame) -> pd.DataFrame:
    """Streets without lines, a row for each name in a place, at the house nearest to their middle."""
    named = houses[houses["street"].notna()].copy()
    named["key"] = named["street"].map(fold)
    keys = ["place", "area_code", "key"]
    named[["place", "area_code"]] = named[["place", "area_code"]].fillna("")
    groups = named.groupby(keys, sort=True)
    away = np.hypot(
        named["lon"] - groups["lon"].transform("median"),
        named["lat"] - groups["lat"].transform("median"),
    )
    named["away"] = away
    # Of houses equally near the middle the same one each time, so that a reload changes nothing.
    first = named.sort_values([*keys, "away", "external_id"]).drop_duplicates(keys)
    usual = most(*(named[key] for key in keys), named["postcode"])
    frame = pd.DataFrame(
        {
            "external_id": first["place"] + "/" + first["area_code"] + "/" + first["key"],
            "name": first["street"],
            "place": first["place"].where(first["place"] != "", None),
            "area_code": first["area_code"].where(first["area_code"] != "", None),
            "postcode": [
                usual.get(key) for key in zip(*(first[each] for each in keys), strict=True)
            ],
            "lat": first["lat"],
            "lon": first["lon"],
        }
    ).reset_index(drop=True)
    for name in RANGES:
        frame[name] = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    return frame


def with_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """The frame with a geometry (EPSG:4326) instead of lon and lat."""
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=GEOGRAPHIC)
    return gpd.GeoDataFrame(frame.drop(columns=["lon", "lat"]), geometry=points, crs=GEOGRAPHIC)
