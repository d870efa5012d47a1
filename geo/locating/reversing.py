"""What is at a position: the houses, spots, streets and municipality around it."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.reverse import reverse
from geo.locating.finding import told

REACH = 1_000.0
"""Metres beyond a position's accuracy in which no spot is missed."""

METRES_OF_A_DEGREE = 110_000.0
"""Of latitude, a little less than it is anywhere."""


def place_at(
    gazetteer: Gazetteer,
    spots: gpd.GeoDataFrame,
    lat: float,
    lon: float,
    accuracy_m: float | None = None,
) -> dict[str, Any]:
    """What is nearest to a position (EPSG:4326) that may be off by `accuracy_m` metres.

    An answer as those for addresses, with `distance_m`; `spots` are those of the team that asks.
    """
    near = spots[_near(spots, lat, lon, accuracy_m or 0.0)]
    found = reverse(lat, lon, gazetteer, accuracy_m=accuracy_m, spots=near)
    answer = told(found) | {"distance_m": found.distance_m}
    own = found.class_ == "address" and (found.matched or "").split(", ")[0] in set(near["name"])
    return answer | {
        "gazetteer_version": gazetteer.version,
        "source": "spot" if own else "gazetteer",
    }


def _near(
    spots: gpd.GeoDataFrame, lat: float, lon: float, accuracy_m: float
) -> npt.NDArray[np.bool_]:
    """Spots in the square around a position that holds all that could be named by it."""
    reach = (accuracy_m + REACH) / METRES_OF_A_DEGREE
    beside = reach / max(math.cos(math.radians(lat)), 0.05)
    points = spots.geometry
    off_lat, off_lon = np.abs(points.y.to_numpy() - lat), np.abs(points.x.to_numpy() - lon)
    found: npt.NDArray[np.bool_] = (off_lat <= reach) & (off_lon <= beside)
    return found
