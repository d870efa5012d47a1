"""Give municipalities their region and country, and those their shape."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import METRIC
from geo.profiles.shape import Profile
from geo.profiles.strict import Names


def with_parents(
    areas: gpd.GeoDataFrame, profile: Profile, loaded: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Areas with every municipality under its region; regions and country added if none is given.

    A municipality's region follows from its code or, where the profile says so, from its parent. The shape of an added area is
    the union of its municipalities, closed over slivers between simplified borders; those already
    `loaded` (code, parent_code, geometry) count too, so that a file of a few does not shrink their region.
    """
    lowest = areas["level"] == "municipality"
    made = areas.assign(
        parent_code=[
            profile.region_of(code, parent).code if low else parent
            for code, parent, low in zip(areas["code"], areas["parent_code"], lowest, strict=True)
        ]
    )
    if not lowest.all():
        return made
    others = loaded[~loaded["code"].isin(made["code"])]
    parents = [
        profile.region_of(code, parent).code
        for code, parent in zip(others["code"], others["parent_code"], strict=True)
    ]
    united = pd.concat([made, others.assign(parent_code=parents)], ignore_index=True)
    rows = [
        _united(
            united[united["parent_code"] == region.code], "region", region.code, profile.country
        )
        | _names(region.names)
        for region in profile.regions
        if (made["parent_code"] == region.code).any()
    ]
    rows.append(_united(united, "country", profile.country, None) | _names(profile.names))
    wider = gpd.GeoDataFrame(rows, crs=made.crs).assign(country=profile.country)
    return gpd.GeoDataFrame(pd.concat([made, wider], ignore_index=True), crs=made.crs)


def _names(names: Names) -> dict[str, object]:
    return {f"name_{language}": name for language, name in names.items()}


SLIVER_M = 50.0
"""Gaps up to twice this wide between simplified borders are closed in the union."""


def _united(
    members: gpd.GeoDataFrame, level: str, code: str, parent: str | None
) -> dict[str, object]:
    metric = members.to_crs(METRIC)
    grown = metric.geometry.buffer(SLIVER_M, join_style="mitre")
    shape = grown.union_all().buffer(-SLIVER_M, join_style="mitre")
    back = gpd.GeoSeries([shape], crs=METRIC).to_crs(members.crs).iloc[0]
    return {
        "level": level,
        "code": code,
        "parent_code": parent,
        "geometry": _multipolygon(back),
        "geometry_kind": "derived",
    }


def _multipolygon(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """The polygons of a shape, made valid: bringing it back to degrees may have crossed borders."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    pieces = shapely.get_parts([part for part in parts if part.geom_type.endswith("Polygon")])
    return shapely.MultiPolygon(list(shapely.get_parts(shapely.union_all(pieces))))
