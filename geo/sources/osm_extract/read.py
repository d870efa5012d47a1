"""Reads the gazetteer of a country from an OpenStreetMap extract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import InvalidInput, Problem, SourceRejected
from geo.names import fold
from geo.sources.batch import Batch
from geo.sources.containment import Municipalities, metric, placed, points_of
from geo.sources.from_houses import most, postcodes_of, with_points
from geo.sources.osm_extract import boundaries, streets
from geo.sources.osm_extract.interpolation import NotInterpolated, houses_between
from geo.sources.osm_extract.scan import Found, House, Named, first_look, scan
from geo.sources.osm_file import check_found, country_box, reading
from geo.sources.source import Source, checksum

HOUSE_COLUMNS = ["external_id", "number", "street", "place", "city", "postcode", "lon", "lat"]
SETTLED = ("city", "town", "village", "hamlet")


def read(path: Path | None, source: Source) -> Batch:
    """Frames streets, houses, postcodes, settlements, spots and areas of one country (EPSG:4326).

    The file may be of any kind that osmium reads and must be sorted: nodes, ways, relations.
    Raises SourceRejected where it is broken, cut off, of another kind, with history, or of far
    more than a country.
    """
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.",
            hint="needsmap source load osm_extract FILE.osm.pbf --country li",
        )
    found = _walk(path, source)
    _check_content(path, source, found)
    areas = boundaries.administrative(found.boundaries.values(), source)
    municipalities = Municipalities(areas[areas["level"] == "municipality"])
    interpolated, notes = _interpolated(found, source)
    houses = _houses(found, interpolated, municipalities, found.boundaries.values())
    settlements = _settlements(found, municipalities, areas)
    frames = {
        "areas": areas,
        "houses": houses.drop(columns="city"),
        "settlements": settlements,
        "streets": _streets(found, municipalities, houses, settlements, source),
        "postcodes": _postcodes(found, municipalities, houses),
        "spots": _spots(found, municipalities, source),
    }
    unclosed = boundaries.not_closed(found.boundaries.values(), source)
    notes += [unclosed] if unclosed else []
    return Batch(
        source_id=source.id,
        frames=frames,
        counts={"objects": found.objects, "house_numbers": found.house_numbers},
        notes=(*_counted(found, houses, municipalities), *notes),
        sha256=checksum(path),
    )


def _walk(path: Path, source: Source) -> Found:
    with reading(path, source):
        found = scan(path, first_look(path))
    check_found(
        path,
        source,
        objects=found.objects,
        unplaced=found.unplaced,
        invisible=found.invisible,
    )
    return found


def _check_content(path: Path, source: Source, found: Found) -> None:
    """Refuse a file in which nobody can look an address up, or that is of another country."""
    places = [(house.lon, house.lat) for house in found.houses]
    places += [(named.lon, named.lat) for named in (*found.settlements, *found.spots)]
    places += [(float(line.coords[0][0]), float(line.coords[0][1])) for *_, line in found.segments]
    if not places and found.objects and not found.boundaries:
        problem = "it has no house number, no street and no place with a name"
        remedy = "Take an extract with all objects, not one of a single theme or of boundaries."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])
    bounds = country_box(source)
    if bounds is None or not places:
        return
    outside = sum(not bounds.holds(lon, lat) for lon, lat in places)
    if outside * 2 > len(places):
        problem = (
            f"{outside:,} of {len(places):,} houses, streets and places lie outside of the country"
            f" {source.country!r} ({bounds})"
        )
        remedy = "Check --country, or take the extract of that country."
        raise SourceRejected(source.id, [Problem(path.name, problem, remedy)])


def _interpolated(found: Found, source: Source) -> tuple[list[House], list[str]]:
    """Houses that interpolations make and nobody surveyed, and what could not be made."""
    surveyed = {(house.street, house.number) for house in found.houses}
    made: list[House] = []
    notes: list[str] = []
    most = int(source.parameters["most_interpolated"])
    for way in found.interpolations:
        try:
            houses = list(houses_between(way, found.numbered, most))
        except NotInterpolated as why:
            notes.append(f"no houses were made along the interpolation w{way.way}: {why}")
            continue
        if not all(house.street or house.place for house in houses):
            notes.append(
                f"no houses were made along the interpolation w{way.way}: no street is told"
            )
            continue
        made += [house for house in houses if (house.street, house.number) not in surveyed]
    return made, notes


def _houses(
    found: Found,
    interpolated: list[House],
    municipalities: Municipalities,
    bounds: Any,
) -> pd.DataFrame:
    frame = pd.DataFrame(
        [*found.houses, *interpolated], columns=[*HOUSE_COLUMNS, "surveyed"]
    ).drop_duplicates("external_id")
    frame = placed(frame, municipalities)
    postal = boundaries.postal(bounds)
    lacking = frame["postcode"].isna()
    if len(postal) and lacking.any():
        inside = Municipalities(postal.rename(columns={"postcode": "code"}))
        found_codes = inside.codes_at(frame.loc[lacking, "lon"], frame.loc[lacking, "lat"])
        frame.loc[lacking, "postcode"] = found_codes
    return frame.sort_values("external_id", ignore_index=True)


def _streets(
    found: Found,
    municipalities: Municipalities,
    houses: pd.DataFrame,
    settlements: gpd.GeoDataFrame,
    source: Source,
) -> pd.DataFrame:
    """Streets with the postcode and the settlement of most of their houses, else the nearest one."""
    frame = streets.joined(found.segments, municipalities, float(source.parameters["street_gap_m"]))
    keys = [frame["name"].map(fold), frame["area_code"].fillna("")]
    for name, of_houses in (("postcode", "postcode"), ("place", "city")):
        usual = _usual(houses, of_houses)
        told = [usual.get(key) for key in zip(*keys, strict=True)]
        frame[name] = frame[name].fillna(pd.Series(told)) if name in frame else told
    near = _nearest(frame, settlements, float(source.parameters["settlement_reach_m"]))
    frame["place"] = frame["place"].where(frame["place"].notna(), near)
    return frame


def _usual(houses: pd.DataFrame, column: str) -> dict[tuple[str, ...], str]:
    """By folded street and municipality: the value that most of its houses have."""
    named = houses[houses["street"].notna()]
    return most(named["street"].map(fold), named["area_code"].fillna(""), named[column])


def _nearest(frame: pd.DataFrame, settlements: gpd.GeoDataFrame, reach_m: float) -> pd.Series[Any]:
    """The name of the nearest settlement of the same municipality within reach, else None."""
    near = pd.Series(None, index=frame.index, dtype=object)
    known = settlements[settlements["kind"].isin(SETTLED)]
    if known.empty or frame.empty:
        return near
    tree = shapely.STRtree(metric(known.geometry.to_numpy(dtype=object)))
    points = metric(points_of(frame["lon"], frame["lat"]))
    street, settlement = tree.query_nearest(points, max_distance=reach_m, all_matches=False)
    here = frame["area_code"].to_numpy(dtype=object)[street]
    same = here == known["area_code"].to_numpy(dtype=object)[settlement]
    near.iloc[street[same]] = known["name"].to_numpy(dtype=object)[settlement[same]]
    return near


def _settlements(
    found: Found, municipalities: Municipalities, areas: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Settlements once each: where a point and an outline have one name, the point is kept."""
    frame = placed(_named(found.settlements), municipalities)
    frame["outline"] = ~frame["external_id"].str.startswith("n")
    frame = frame.sort_values(["outline", "external_id"])
    frame["key"] = frame["name"].map(fold)
    kept = ~(frame["outline"] & frame.duplicated(["key", "area_code"]))
    frame = frame[kept].sort_values("external_id", ignore_index=True)
    own = areas.set_index("code")
    names = own["name_en"].where(own["name_en"].notna(), own["name_el"])
    local = [name for name in own if name.startswith("name_") and own[name].notna().all()]
    parents = own["parent_code"].to_dict()
    level = own["level"].to_dict()
    shown = own[local[0]] if local else names
    frame["parent"] = frame["area_code"].map(shown.to_dict())
    units = frame["area_code"].map(parents)
    in_unit = units.map(level).isin(["unit", "region"])
    frame["unit"] = units.where(in_unit).map(shown.to_dict())
    columns = ["external_id", "name", "alternate_names", "kind", "population", "area_code"]
    return frame[[*columns, "parent", "unit", "geometry"]]


def _spots(found: Found, municipalities: Municipalities, source: Source) -> gpd.GeoDataFrame:
    """Points of interest; near ones of one name and kind are one."""
    frame = placed(_named(found.spots), municipalities)
    flat = metric(frame.geometry.to_numpy(dtype=object))
    gap = float(source.parameters["spot_gap_m"])
    kept = [
        members[min(cluster)]
        for members in frame.groupby([frame["name"].map(fold), "kind"]).indices.values()
        for cluster in streets.clusters(flat[members], gap)
    ]
    return frame.iloc[sorted(kept)].drop(columns="population").reset_index(drop=True)


def _named(entries: list[Named]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(entries, columns=list(Named._fields))
    frame = frame.sort_values("external_id", ignore_index=True)
    frame["alternate_names"] = [list(each) for each in frame["alternate_names"]]
    frame["population"] = frame["population"].astype("Int64")
    return with_points(frame)


def _postcodes(
    found: Found, municipalities: Municipalities, houses: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Postcodes at a point of their boundary, else at the median point of their houses."""
    postal = boundaries.postal(found.boundaries.values()).drop_duplicates("postcode")
    rows = [
        (code, "point", point.x, point.y)
        for code, point in zip(
            postal["postcode"], postal.geometry.representative_point(), strict=True
        )
    ]
    bounded = pd.DataFrame(rows, columns=["postcode", "placed_by", "lon", "lat"])
    others = postcodes_of(houses, without=postal["postcode"])
    frame = pd.concat([each for each in (bounded, others) if len(each)] or [bounded])
    usual = most(houses["postcode"], houses["city"])
    frame["name"] = [usual.get((code,)) for code in frame["postcode"]]
    return with_points(placed(frame, municipalities).sort_values("postcode", ignore_index=True))


def _counted(found: Found, houses: pd.DataFrame, municipalities: Municipalities) -> Iterator[str]:
    yield f"{found.house_numbers:,} objects with a house number"
    made = int((~houses["surveyed"].astype(bool)).sum())
    if made:
        yield f"{made:,} houses made between surveyed ones, marked as not surveyed"
    if found.without_street:
        yield f"{found.without_street:,} house numbers left out: neither street nor place is told"
    if found.unplaced:
        yield f"{found.unplaced:,} ways left out: none of their nodes is in the file"
    if len(municipalities):
        outside = int(pd.isna(houses["area_code"]).sum())
        yield f"{outside:,} houses lie in none of the {len(municipalities)} municipalities"
    else:
        yield "no municipality's boundary closes in this file: nothing of it has a municipality"
