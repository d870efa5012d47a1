"""Derives municipality areas from points: Voronoi cells, dissolved by code, clipped to the outline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import GEOGRAPHIC, METRIC
from geo.errors import InvalidInput
from geo.sources.batch import Batch, accept
from geo.sources.gr_attica_areas.cells import derive_cells
from geo.sources.source import Source

GRID_M = 0.01
"""Coordinates are rounded to a centimetre, so that neighbours share their corners exactly."""


@dataclass(frozen=True)
class Inputs:
    """The frames the areas and cells are derived from, as their own sources hand them over.

    `outline` is one region's area (EPSG:4326); `area_names` names the municipalities wanted;
    `population` has their residents; postcodes, streets and settlements may cover more.
    """

    postcodes: gpd.GeoDataFrame
    streets: pd.DataFrame
    settlements: gpd.GeoDataFrame
    outline: gpd.GeoDataFrame
    area_names: pd.DataFrame
    population: pd.DataFrame


def derive(inputs: Inputs, source: Source) -> Batch:
    """Frames `areas` (the municipalities and their region, geometry_kind derived) and `cells`.

    Pure: the same inputs give the same frames. Areas are valid, do not overlap, and each
    municipality of `area_names` has one; raises InvalidInput where one has no point at all.
    Cells are points with whole numbers of residents that sum to the census by municipality.
    """
    notes: list[str] = []
    points = _points(inputs)
    shapes = _shapes(points, inputs.outline, source.parameters, notes)
    municipalities = _municipalities(shapes, inputs.area_names, source)
    region = _region(municipalities, inputs.outline, source)
    cells = derive_cells(
        inputs.postcodes, inputs.streets, inputs.settlements, inputs.population, source
    )
    counts = {
        "municipalities": len(municipalities),
        "regions": len(region),
        "cells": len(cells.frame),
        "persons": int(cells.frame["population"].sum()),
    }
    areas = gpd.GeoDataFrame(pd.concat([region, municipalities], ignore_index=True), crs=GEOGRAPHIC)
    frames = {"areas": areas, "cells": cells.frame}
    batch = Batch(source.id, frames, counts, notes=(*notes, *cells.notes))
    return accept(batch, source)


def _points(inputs: Inputs) -> gpd.GeoDataFrame:
    """Every point whose municipality is known and wanted: code, name, geometry in metres."""
    wanted = set(inputs.area_names["code"])
    parts = [
        frame.loc[frame["area_code"].isin(wanted), ["area_code", "name", "geometry"]]
        for frame in (inputs.postcodes, inputs.settlements)
    ]
    points = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=GEOGRAPHIC).to_crs(METRIC)
    without = wanted - set(points["area_code"])
    if without:
        raise InvalidInput(
            f"No postcode and no settlement stands in {', '.join(sorted(without))}.",
            hint="Add a settlement of it to the reviewed table of the settlements' source.",
        )
    rounded = shapely.set_precision(points.geometry.to_numpy(), GRID_M)
    return points.set_geometry(gpd.GeoSeries(rounded, crs=METRIC)).drop_duplicates("geometry")


def _shapes(
    points: gpd.GeoDataFrame,
    outline: gpd.GeoDataFrame,
    parameters: Mapping[str, Any],
    notes: list[str],
) -> dict[str, shapely.Geometry]:
    """Code -> shape in metres: the outline's parts cut by the points on each, and the discs."""
    parts = np.array(list(shapely.get_parts(outline.geometry.to_crs(METRIC).union_all())))
    places = points.geometry.to_numpy()
    codes = points["area_code"].to_numpy(dtype=object)
    distances = np.array([shapely.distance(places, part) for part in parts])
    own_part = np.where(
        distances.min(axis=0) <= parameters["island_m"], distances.argmin(axis=0), -1
    )
    islets = _islets(parts, parameters)
    pieces: list[tuple[str, shapely.Geometry]] = []
    for number, part in enumerate(parts):
        on_part = own_part == number
        if number in islets:
            pieces.append((islets[number], part))
        elif on_part.any():
            pieces += _cut(part, places[on_part], codes[on_part])
        else:
            code = codes[int(distances[number].argmin())]
            notes.append(f"a part of the outline without a point went to the nearest, {code}")
            pieces.append((code, part))
    loose = own_part == -1
    pieces += _discs(places[loose], codes[loose], parameters["disc_m"], notes)
    notes.insert(0, f"areas cut between {len(points):,} postcode and settlement points")
    return _dissolve(pieces)


def _cut(
    part: shapely.Geometry, places: NDArray[np.object_], codes: NDArray[np.object_]
) -> list[tuple[str, shapely.Geometry]]:
    """The Voronoi cells of the points, clipped to one part of the outline, with their codes."""
    if len(set(codes)) == 1:
        return [(codes[0], part)]
    diagram = shapely.voronoi_polygons(
        shapely.MultiPoint(list(places)), extend_to=shapely.envelope(part), ordered=True
    )
    clipped = shapely.intersection(shapely.get_parts(diagram), part)
    return [(code, piece) for code, piece in zip(codes, clipped, strict=True) if not piece.is_empty]


def _islets(parts: NDArray[np.object_], parameters: Mapping[str, Any]) -> dict[int, str]:
    """Number of the part -> code, for the islets that the parameters name by a point on them."""
    found: dict[int, str] = {}
    for islet in parameters.get("islets", []):
        point = gpd.GeoSeries.from_xy([islet["longitude"]], [islet["latitude"]], crs=GEOGRAPHIC)
        distances = shapely.distance(parts, point.to_crs(METRIC).iloc[0])
        if distances.min() > parameters["island_m"]:
            raise InvalidInput(
                f"No part of the outline lies at {islet['longitude']}, {islet['latitude']}.",
                hint="Correct the islet in the source's parameters.",
            )
        found[int(distances.argmin())] = islet["code"]
    return found


def _discs(
    places: NDArray[np.object_], codes: NDArray[np.object_], radius: float, notes: list[str]
) -> list[tuple[str, shapely.Geometry]]:
    """A disc around each point on an island the outline lacks."""
    notes += [
        f"{code}: its island is not in the outline; a disc of {radius:,.0f} m around each of"
        f" its {int((codes == code).sum())} points stands for it"
        for code in sorted(set(codes))
    ]
    return list(zip(codes, shapely.buffer(places, radius), strict=True))


def _dissolve(pieces: list[tuple[str, shapely.Geometry]]) -> dict[str, shapely.Geometry]:
    """One shape a code out of pieces; shared borders get the same corners on both sides.

    Pieces are noded together, so that after a change of projection straight edges with a corner
    of the neighbour on them cannot drift apart. Where pieces overlap, the earlier one keeps it.
    """
    shapes = np.array([shapely.set_precision(shape, GRID_M) for _, shape in pieces])
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, piece = shapely.STRtree(shapes).query(
        shapely.point_on_surface(faces), predicate="intersects"
    )
    owner: dict[int, int] = {}
    for number, position in sorted(zip(face.tolist(), piece.tolist(), strict=True)):
        owner.setdefault(number, position)
    by_code: dict[str, list[shapely.Geometry]] = {}
    for number, position in owner.items():
        by_code.setdefault(pieces[position][0], []).append(faces[number])
    return {code: shapely.coverage_union_all(parts) for code, parts in by_code.items()}


def _municipalities(
    shapes: Mapping[str, shapely.Geometry], names: pd.DataFrame, source: Source
) -> gpd.GeoDataFrame:
    ordered = names.sort_values("code")
    geometry = [_multi(shapes[code]) for code in ordered["code"]]
    frame = gpd.GeoDataFrame(
        {
            "code": ordered["code"].to_numpy(),
            "level": "municipality",
            "parent_code": ordered["parent_code"].to_numpy(),
            "country": source.country,
            "name_el": ordered["name_el"].to_numpy(),
            "name_en": ordered["name_en"].to_numpy(),
            "geometry_kind": "derived",
        },
        geometry=geometry,
        crs=METRIC,
    )
    return frame.to_crs(GEOGRAPHIC)


def _region(
    municipalities: gpd.GeoDataFrame, outline: gpd.GeoDataFrame, source: Source
) -> gpd.GeoDataFrame:
    """The region as the union of its municipalities, so that the two levels agree."""
    whole = shapely.coverage_union_all(municipalities.geometry.to_numpy())
    region = outline[outline["code"] == source.parameters["region"]]
    return region.assign(geometry_kind="derived").set_geometry(
        gpd.GeoSeries([_multi(whole)], index=region.index, crs=GEOGRAPHIC)
    )


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = cast("list[shapely.Polygon]", shapely.get_parts(shape).tolist())
    return shapely.MultiPolygon(parts)
