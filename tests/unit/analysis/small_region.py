"""A region of six square municipalities in a row, 4.4 km apart, with a golden population each."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry import box

from geo.analysis.figures.inputs import Inputs

CODES = ["M1", "M2", "M3", "M4", "M5", "M6"]
GOLDEN = [9_999, 10_000, 40_000, 40_001, 100_000, 100_001]
WEST, STEP = 23.0, 0.05


def squares() -> gpd.GeoDataFrame:
    shapes = [box(WEST + STEP * i, 38.0, WEST + STEP * (i + 1), 38.05) for i in range(6)]
    names = {"name_en": CODES, "name_el": CODES}
    return gpd.GeoDataFrame({"code": CODES, **names}, geometry=shapes, crs=4326)


def counted(column: str, **counts: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"area_code": list(counts), column: list(counts.values())}, columns=["area_code", column]
    )


def service(code: str, area: str, **changes: Any) -> dict[str, Any]:
    centre = squares().set_index("code").geometry[area].centroid
    return {
        "id": code,
        "service_type": "community_centre",
        "capacity": 50,
        "offers": ["information"],
        "area_code": area,
        "location_class": "street",
        "geometry": centre,
        **changes,
    }


def services(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    columns = list(service("x", "M1"))
    return gpd.GeoDataFrame(pd.DataFrame(list(rows), columns=columns), crs=4326)


def states(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["id", "area_code", "service_type", "active", "verified_on", "capacity"]
    return pd.DataFrame(list(rows), columns=columns)


def posts(service_id: str, number: int) -> list[dict[str, Any]]:
    return [
        {"service_id": service_id, "specialty": "social_worker", "head": place == 0}
        for place in range(number)
    ]


def region(**changes: Any) -> Inputs:
    """The region with complete registers that hold nothing, but for `changes`."""
    areas = squares()
    cells = gpd.GeoDataFrame(
        {"code": CODES, "area_code": CODES, "population": [float(p) for p in GOLDEN]},
        geometry=[shape.centroid for shape in areas.geometry],
        crs=4326,
    )
    given: dict[str, Any] = {
        "region": "R",
        "as_of": date(2026, 10, 1),
        "municipalities": areas,
        "population": pd.DataFrame(
            {"code": CODES, "persons": GOLDEN, "reference_date": date(2021, 10, 22)}
        ),
        "cells": cells,
        "services": services(),
        "service_states": states(),
        "staff": pd.DataFrame(columns=["service_id", "specialty", "head"]),
        "people": counted("persons"),
        "needs": pd.DataFrame(columns=["area_code", "service_type", "persons"]),
        "residents": counted("persons"),
        "observations": counted("reports"),
        "rounds": counted("minutes"),
        "covered": frozenset(CODES),
    }
    return Inputs(**{**given, **changes})
