"""Spreads each municipality's census population over its postcodes and settlements."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.crs import GEOGRAPHIC
from geo.errors import InvalidInput
from geo.sources.source import Source


@dataclass(frozen=True)
class Cells:
    """Frame `cells` (EPSG:4326 points, whole persons) and what is to be known about it."""

    frame: gpd.GeoDataFrame
    notes: tuple[str, ...]


def derive_cells(
    postcodes: gpd.GeoDataFrame,
    streets: pd.DataFrame,
    settlements: gpd.GeoDataFrame,
    population: pd.DataFrame,
    source: Source,
) -> Cells:
    """Populated points of the municipalities in `population`; persons sum to its figures exactly.

    A postcode's weight is its number of street rows. Where `settlements_first` names the
    municipality, or no postcode of it has a street, settlements take the population GeoNames
    gives them first (scaled down if that is more than the census), and postcodes share the rest.
    """
    residents = population[(population["sex"] == "total") & (population["age_band"] == "total")]
    by_streets = _postcode_points(postcodes, streets)
    by_people = _settlement_points(settlements)
    rural = set(source.parameters["settlements_first"])
    parts: list[gpd.GeoDataFrame] = []
    fewer = 0
    for code, persons in zip(residents["code"], residents["persons"], strict=True):
        coded = by_streets[(by_streets["area_code"] == code) & (by_streets["weight"] > 0)]
        named = by_people[by_people["area_code"] == code]
        first = code in rural or coded.empty
        fewer += first
        parts.append(_spread(coded, named if first else named.iloc[:0], int(persons), code))
    frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=GEOGRAPHIC)
    frame["reference_date"] = residents["reference_date"].iloc[0]
    idle = int(
        (by_streets["area_code"].isin(residents["code"]) & (by_streets["weight"] == 0)).sum()
    )
    notes = (
        f"census population spread over {len(frame):,} points: by street rows of postcodes,"
        f" in {fewer} municipalities by settlements first",
        f"{idle} postcodes without any street row got nobody (post office boxes, large users)",
    )
    return Cells(frame, notes)


def _postcode_points(postcodes: gpd.GeoDataFrame, streets: pd.DataFrame) -> gpd.GeoDataFrame:
    rows = postcodes["postcode"].map(streets.groupby("postcode").size()).fillna(0)
    return postcodes.assign(code=postcodes["postcode"], kind="postcode", weight=rows)


def _settlement_points(settlements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    code = "geonames-" + settlements["external_id"].astype(str)
    return settlements.assign(code=code, kind="settlement", weight=settlements["population"])


def _spread(
    coded: gpd.GeoDataFrame, named: gpd.GeoDataFrame, persons: int, code: str
) -> gpd.GeoDataFrame:
    """One municipality's points with whole persons that sum to `persons`; empty points left out."""
    points = pd.concat([named, coded])
    if points.empty or points["weight"].sum() == 0:
        raise InvalidInput(
            f"{code}: {persons:,} residents and no populated point to put them.",
            hint="Add a settlement of it to the reviewed table of the settlements' source.",
        )
    in_named = min(float(named["weight"].sum()), float(persons)) if len(coded) else float(persons)
    if coded.empty or named.empty:
        shares = points["weight"].to_numpy(dtype=float)
    else:
        shares = np.concatenate(
            [
                _scaled(named["weight"].to_numpy(dtype=float), in_named),
                _scaled(coded["weight"].to_numpy(dtype=float), persons - in_named),
            ]
        )
    counted = whole_shares(shares, persons)
    frame = gpd.GeoDataFrame(
        {
            "code": points["code"].to_numpy(),
            "kind": points["kind"].to_numpy(),
            "area_code": code,
            "population": counted.astype(float),
        },
        geometry=points["geometry"].to_numpy(),
        crs=GEOGRAPHIC,
    )
    return frame[frame["population"] > 0]


def _scaled(weights: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    return weights * (total / float(weights.sum()))


def whole_shares(weights: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Divide `total` by weights (n,) into whole numbers that sum to it: largest remainders.

    Equal remainders go to the earlier one. Weights must not be negative nor all zero.
    """
    exact = weights * (total / float(weights.sum()))
    counted: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counted), kind="stable")
    counted[order[: total - int(counted.sum())]] += 1
    return counted
