"""Write and read the gazetteer: by country, by source, only what changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.crs import GEOGRAPHIC
from geo.db import tables
from geo.db.bulk import read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.db.reload import Reload, reload_frame
from geo.ids import content_id

QUERIES = load_queries(__file__)
HOUSE_NUMBERS = ("odd_from", "odd_to", "even_from", "even_to")


@dataclass(frozen=True)
class GazetteerFrames:
    """All that is known of where things are in one country; EPSG:4326, missing values are NA.

    streets: external_id, name, alternate_names, place, postcode, area_code, odd_from, odd_to,
    even_from, even_to, lat, lon (a point on the street, or of its postcode), lines
    (MultiLineString or None), source_id;
    houses: external_id, street, place, postcode, area_code, number, surveyed, lat, lon, source_id;
    postcodes: postcode, name, area_code, placed_by, geometry (point), source_id;
    settlements: external_id, name, alternate_names, kind, population, area_code, parent, unit,
    geometry (point), source_id;
    spots: external_id, name, alternate_names, kind, area_code, geometry (point), source_id;
    areas: code, level, parent_code, geometry (polygon or None) and name_<language> for each
    language in which any of them has a name.
    """

    streets: pd.DataFrame
    houses: pd.DataFrame
    postcodes: gpd.GeoDataFrame
    settlements: gpd.GeoDataFrame
    spots: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame

    @property
    def empty(self) -> bool:
        """True where the country has nothing that an address could be found by."""
        return all(getattr(self, each.name).empty for each in fields(self) if each.name != "areas")


def put_streets(
    connection: Connection, streets: pd.DataFrame, source_id: str, country: str
) -> Reload:
    """Write streets (lat, lon and, where known, lines; EPSG:4326).

    A street without a key of its own source is known by its postcode and name.
    """
    frame = _with_points(streets).astype(dict.fromkeys(HOUSE_NUMBERS, "Int64"))
    if "external_id" not in frame:
        frame["external_id"] = _running_keys(frame["postcode"].fillna("") + "/" + frame["name"])
    frame = _with_defaults(frame, alternate_names=[], place=None, lines=None)
    return _reload(connection, tables.street, frame, source_id, country)


def put_houses(
    connection: Connection, houses: pd.DataFrame, source_id: str, country: str
) -> Reload:
    """Write address points (lat, lon; EPSG:4326)."""
    return _reload(connection, tables.house, _with_points(houses), source_id, country)


def put_postcodes(
    connection: Connection, postcodes: gpd.GeoDataFrame, source_id: str, country: str
) -> Reload:
    """Write the points of postcodes (EPSG:4326)."""
    frame = _with_defaults(_with_geom(postcodes), placed_by="point")
    return _reload(connection, tables.postcode, frame, source_id, country, key="postcode")


def put_settlements(
    connection: Connection, settlements: gpd.GeoDataFrame, source_id: str, country: str
) -> Reload:
    """Write settlements with their alternate names (points, EPSG:4326)."""
    frame = _with_defaults(_with_geom(settlements), kind="locality", parent=None, unit=None)
    frame["population"] = frame["population"].astype("Int64")
    return _reload(connection, tables.settlement, frame, source_id, country)


def put_spots(
    connection: Connection, spots: gpd.GeoDataFrame, source_id: str, country: str
) -> Reload:
    """Write points of interest (points, EPSG:4326)."""
    return _reload(connection, tables.spot, _with_geom(spots), source_id, country)


def refresh(connection: Connection, country: str) -> None:
    """Name the content of a country's gazetteer again, after its rows or areas were written."""
    asked = {"country": country}
    connection.execute(QUERIES["lock"], asked)
    connection.execute(QUERIES["drop_versions"], asked)
    connection.execute(QUERIES["put_versions"], asked)


def version(connection: Connection, country: str) -> str:
    """One name for the content of a country's gazetteer; the same rows have the same name."""
    rows = connection.execute(QUERIES["versions"], {"country": country})
    lines = [f"{row.source_id} {row.version}" for row in rows]
    return content_id("gazetteer", "\n".join([country, *lines]).encode())


def counts(connection: Connection, country: str) -> dict[str, int]:
    """How many streets, houses, postcodes, settlements, spots and areas a country has."""
    total: dict[str, int] = {}
    for row in listed(connection, country).to_dict("records"):
        for name, count in row["counts"].items():
            total[name] = total.get(name, 0) + int(count)
    return total


def listed(connection: Connection, country: str | None = None) -> pd.DataFrame:
    """The sources of gazetteers: country, source_id, title, version, loaded_at, counts, licence,
    attribution, reference_date."""
    return read_frame(connection, QUERIES["listed"], {"country": country})


def frames(connection: Connection, country: str) -> GazetteerFrames:
    """Everything of one country (ISO 3166-1, two small letters); empty frames where it has none."""
    asked = {"country": country}
    streets = read_frame(connection, QUERIES["streets"], asked)
    streets = streets.astype(dict.fromkeys(HOUSE_NUMBERS, "Int64"))
    streets["lines"] = _shapes(streets["lines"])
    settlements = read_geoframe(connection, QUERIES["settlements"], asked)
    settlements["population"] = settlements["population"].astype("Int64")
    return GazetteerFrames(
        streets=streets,
        houses=read_frame(connection, QUERIES["houses"], asked),
        postcodes=read_geoframe(connection, QUERIES["postcodes"], asked),
        settlements=settlements,
        spots=read_geoframe(connection, QUERIES["spots"], asked),
        areas=_areas(connection, asked),
    )


def _areas(connection: Connection, asked: dict[str, Any]) -> gpd.GeoDataFrame:
    frame = read_geoframe(connection, QUERIES["areas"], asked)
    names = frame.pop("names").tolist()
    for language in sorted({language for each in names for language in each}):
        frame[f"name_{language}"] = [each.get(language) for each in names]
    return frame


def _reload(
    connection: Connection,
    table: sa.Table,
    frame: pd.DataFrame,
    source_id: str,
    country: str,
    key: str = "external_id",
) -> Reload:
    own = {"id", "country", "source_id", "content"}
    given = [column.name for column in table.columns if column.name not in own]
    return reload_frame(
        connection, table, frame[given], source_id=source_id, country=country, key=key
    )


def _with_points(frame: pd.DataFrame) -> pd.DataFrame:
    points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=GEOGRAPHIC)
    return frame.assign(geom=pd.Series(list(points), index=frame.index, dtype=object))


def _with_geom(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame(frame.rename(columns={"geometry": "geom"}))


def _with_defaults(frame: pd.DataFrame, **values: Any) -> pd.DataFrame:
    """The frame with the columns it lacks; what most sources cannot tell."""
    lacking = {name: value for name, value in values.items() if name not in frame}
    return frame.assign(**{name: [value] * len(frame) for name, value in lacking.items()})


def _running_keys(names: pd.Series[str]) -> pd.Series[str]:
    """Names made keys: the second of equal names ends in #2, the third in #3."""
    number = names.groupby(names).cumcount() + 1
    return names.where(number == 1, names + "#" + number.astype(str))


def _shapes(column: pd.Series[Any]) -> pd.Series[Any]:
    binary = np.array([None if value is None else bytes(value) for value in column], dtype=object)
    return pd.Series(shapely.from_wkb(binary), index=column.index, dtype=object)
