"""Answers of the geocoder as records keep them, and where they stand in the queue for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.crs import GEOGRAPHIC

Standing = tuple[str, str | None]
"""A record's status, and its group in the queue; None: it needs nobody's look."""

FINE = frozenset({"street", "postcode", "settlement"})


def standing(answer: Mapping[str, Any]) -> Standing:
    """What is to be done with an answer.

    What a person decided before, or the team's own spot, needs no second look. A surveyed point
    stands and may be looked at; all others wait for a person, by what there is to do.
    """
    if answer["source"] in ("alias", "spot"):
        return "located", None
    if answer["class"] == "address":
        return "located", "exact"
    if answer["alternatives"] and answer["class"] != "street":
        return "queued", "several"
    return "queued", "street" if answer["class"] in FINE else "none"


def as_stored(
    due: pd.DataFrame,
    answers: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    *,
    moves: bool,
) -> pd.DataFrame:
    """The rows to write for the records due, in their order.

    `moves`: a record that the operator brought goes to the municipality it was found in. One that
    a house keeps, and any where nothing was found, stays in the one it has: who may read it does
    not follow from an address.
    """
    frame = pd.DataFrame(
        {
            "id": due["id"],
            "version": due["version"],
            "address_key": list(keys),
            "location_class": [one["class"] for one in answers],
            "radius_m": [one["radius_m"] for one in answers],
            "matched": [one["matched"] for one in answers],
            "location_reason": [one["reason"] for one in answers],
            "gazetteer_version": [one["gazetteer_version"] for one in answers],
            "location_source": [one["source"] for one in answers],
            "location_status": [standing(one)[0] for one in answers],
            "location_group": [standing(one)[1] for one in answers],
            "alternatives": [one["alternatives"] or None for one in answers],
        }
    )
    frame["geom"] = _points(answers)
    frame["area_code"] = [
        _area(own, one["area_code"], moves=moves and not kept)
        for own, kept, one in zip(due["area_code"], due["kept_by_house"], answers, strict=True)
    ]
    return frame


def as_proposed(answers: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """For records that a person placed before: what was found now is one choice among others."""
    return [[*_itself(one), *one["alternatives"]] for one in answers]


def _itself(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    if answer["lat"] is None:
        return []
    kept = ("matched", "class", "lat", "lon", "radius_m", "area_code", "postcode")
    return [{name: answer[name] for name in kept} | {"agreement": 1.0}]


def _points(answers: Sequence[Mapping[str, Any]]) -> list[Any]:
    located = [one["lat"] is not None for one in answers]
    points = gpd.points_from_xy(
        [float(one["lon"] or 0) for one in answers],
        [float(one["lat"] or 0) for one in answers],
        crs=GEOGRAPHIC,
    )
    return [point if there else None for point, there in zip(points, located, strict=True)]


def _area(own: str | None, found: str | None, *, moves: bool) -> str | None:
    return (found or own) if moves else (own or found)
