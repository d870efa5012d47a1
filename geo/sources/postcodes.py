"""Makes the points of postcodes out of the settlements they serve, where no source has any of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import Point

from geo.crs import GEOGRAPHIC
from geo.sources.settling import Settlement

PLACED_BY = "settlement"


def postcodes_of(served: Mapping[str, Sequence[Settlement]], notes: list[str]) -> gpd.GeoDataFrame:
    """The frame `postcodes` (EPSG:4326) from the settlements that each serves.

    The point is that of the settlement in the middle, the one nearest to all others; the name is
    the settlement's where there is one only; `area_code` is given where all are in one
    municipality. Postcodes of which no settlement has a point are left out, and counted in `notes`.
    """
    placed = {
        code: places
        for code, places in sorted(served.items())
        if any(place.point for place in places)
    }
    without = len(served) - len(placed)
    if without:
        notes.append(f"{without:,} postcodes left out, no settlement they serve has a point")
    shared = sum(_one([place.area_code for place in places]) is None for places in placed.values())
    notes.append(f"{shared:,} postcodes serve more than one municipality: no area code")
    return gpd.GeoDataFrame(
        {
            "postcode": list(placed),
            "area_code": _column(_one([p.area_code for p in places]) for places in placed.values()),
            "name": _column(_one([p.name for p in places]) for places in placed.values()),
            "placed_by": PLACED_BY,
        },
        geometry=[Point(middle(places)) for places in placed.values()],
        crs=GEOGRAPHIC,
    )


def middle(places: Sequence[Settlement]) -> tuple[float, float]:
    """The point (longitude, latitude) of the settlement with the least way to all the others.

    Ways are compared in degrees of latitude, longitude shortened to fit: for places this near to
    each other their order is that of metres.
    """
    points = np.array([place.point for place in places if place.point], dtype=float)
    flat = points * [np.cos(np.radians(points[:, 1].mean())), 1.0]
    ways = np.hypot(*(flat[:, None, :] - flat[None, :, :]).transpose(2, 0, 1)).sum(axis=1)
    longitude, latitude = points[int(ways.argmin())]
    return float(longitude), float(latitude)


def _column(values: Iterable[str | None]) -> pd.Series[str]:
    """Texts with None where there is none: left to itself, the frame would make them NaN."""
    return pd.Series(list(values), dtype=object)


def _one(values: Sequence[str | None]) -> str | None:
    """The value that all have, or None."""
    return values[0] if len(set(values)) == 1 else None
