"""Where an analysis's figures come from, as its snapshot states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.analysis import parameters as analysis_parameters
from geo.analysis.figures.inequality import MEASURES, SPREAD
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.poverty import Poverty
from geo.analysis.stair import PARTS
from geo.indicators import indicators

TRAVEL = ("mode", "driving_kmh", "detour_factor", "threshold_minutes")
STRAIGHT = ("driving_kmh", "detour_factor")
PATTERNS = ("fdr_level", "neighbour_tolerance_m", "minimum_population", "seed")
PARAMETERS_OF = {
    "reach": TRAVEL,
    "access": (*TRAVEL, "decay", "method", "shorter_minutes", "longer_minutes"),
    **{f"access_{measure}": (*TRAVEL, "decay", "method") for measure in MEASURES},
    **{f"reach_{measure}": TRAVEL for measure in MEASURES},
    **{f"stair_{part}": TRAVEL for part in PARTS},
    "rate_pattern": PATTERNS,
    "hot_spot": PATTERNS,
}
"""Which of the analysis's choices a figure depends on."""

ROOTS_OF = {
    "population": ("population",),
    "reach": ("cells", "registers"),
    "access": ("cells", "registers"),
    **{
        f"{figure}_{measure}": ("areas", "cells", "population", "registers")
        for figure in SPREAD
        for measure in MEASURES
    },
    **{f"stair_{part}": ("cells", "registers") for part in PARTS},
    "rate_pattern": ("areas", "population", "registers"),
    "hot_spot": ("areas", "population", "registers"),
}
"""Which inputs a figure rests on; every other one on population and registers."""


def manifest(
    inputs: Inputs,
    found: Poverty,
    areas: gpd.GeoDataFrame,
    sources: pd.DataFrame,
    travel: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Sources, parameters, seed and the meaning of every figure; JSON with no NaN in it.

    `travel`: what the travel times of each service type rest on (TravelBasis.values).
    """
    chosen = analysis_parameters.load().values()
    region = areas[areas["code"] == inputs.region].iloc[0]
    roots = {
        "areas": set(areas["source_id"]),
        "population": set(inputs.population["source_id"]),
        "cells": set(inputs.cells["source_id"]),
        "registers": set(sources.loc[sources["scope"].notna(), "id"]),
    }
    used = set().union(*roots.values())
    return {
        "region_names": {"en": region["name_en"], "el": region["name_el"]},
        "as_of": inputs.as_of.isoformat(),
        "parameters": chosen,
        "travel": {code: dict(basis) for code, basis in travel.items()},
        "permutations": found.permutations,
        "isolates": list(found.isolates),
        "too_small_for_patterns": list(found.too_small),
        "sources": [_source_entry(row) for row in sources.to_dict("records") if row["id"] in used],
        "indicators": [
            asdict(
                replace(
                    one,
                    sources=_sources_of(one.code, roots),
                    parameters=_parameters_of(one.code, chosen, found.permutations, travel),
                )
            )
            for one in indicators().values()
        ],
    }


def _sources_of(code: str, roots: dict[str, set[str]]) -> tuple[str, ...]:
    wanted = ROOTS_OF.get(code, ("population", "registers"))
    return tuple(sorted(set().union(*(roots[name] for name in wanted))))


def _parameters_of(
    code: str,
    chosen: dict[str, Any],
    permutations: int,
    travel: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    names = PARAMETERS_OF.get(code, ())
    parameters = {name: chosen[name] for name in names}
    if "detour_factor" in parameters:
        parameters |= _roads(travel)
        if "roads" in parameters:
            # Speed and detour are those of a straight line.
            parameters = {k: v for k, v in parameters.items() if k not in STRAIGHT}
    return parameters | ({"permutations": permutations} if "seed" in parameters else {})


def _roads(travel: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The roads that journeys went along; nothing by straight line."""
    for basis in travel.values():
        if basis["kind"] == "roads":
            day = f", {basis['as_of']}" if basis["as_of"] else ""
            return {"roads": f"{basis['source']}{day}", "mode": basis["mode"]}
    return {}


def _source_entry(row: dict[Any, Any]) -> dict[str, Any]:
    entry = {
        str(name): None if not isinstance(value, dict | list) and pd.isna(value) else value
        for name, value in row.items()
    }
    day = entry["reference_date"]
    return entry | {"reference_date": None if day is None else day.isoformat()}
