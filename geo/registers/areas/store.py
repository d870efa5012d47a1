"""Write and read areas, population and cells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db import tables
from geo.db.bulk import insert_frame, read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.errors import NotFound

QUERIES = load_queries(__file__)


def lock_loads(connection: Connection) -> None:
    """Wait until no other load is under way; held until the transaction ends."""
    connection.execute(QUERIES["lock_loads"])


def put_source(connection: Connection, facts: Mapping[str, Any]) -> None:
    """Record what was loaded, from whom, under which licence, and what was mended or dropped."""
    row = dict(facts)
    for name in ("titles", "notices", "counts", "notes"):
        row[name] = json.dumps(row[name], ensure_ascii=False)
    connection.execute(QUERIES["put_source"], row)


def put_areas(connection: Connection, areas: gpd.GeoDataFrame, source_id: str) -> int:
    """Write areas (EPSG:4326); those of the same country, level and code are replaced.

    A replaced municipality keeps the names that another source gave it: people know and search
    them, and a polygon file's own are often transliterations.
    """
    for (country, level), group in areas.groupby(["country", "level"]):
        place = {"country": country, "level": level}
        replaced = {**place, "codes": group["code"].tolist()}
        known = [
            dict(row._mapping)
            for row in connection.execute(QUERIES["known_names"], replaced)
            if row.source_id != source_id
        ]
        named_already = {(name["code"], name["lang"]) for name in known}
        connection.execute(QUERIES["drop_areas"], replaced)
        frame = pd.DataFrame(group.rename(columns={"geometry": "geom"})).assign(source_id=source_id)
        keep = ["country", "level", "code", "parent_code", "geometry_kind", "source_id", "geom"]
        insert_frame(connection, tables.area, frame[keep])
        named = group.merge(read_frame(connection, QUERIES["area_ids"], place), on="code")
        for lang in languages_of(areas):
            new = [(code, lang) not in named_already for code in named["code"]]
            names = pd.DataFrame(named.loc[new, ["id", f"name_{lang}"]]).dropna()
            names = names.set_axis(["area_id", "name"], axis=1)
            insert_frame(connection, tables.area_name, names.assign(lang=lang, source_id=source_id))
        if known:
            connection.execute(QUERIES["put_name"], known)
    return len(areas)


def drop_vanished(connection: Connection, areas: pd.DataFrame, source_id: str, country: str) -> int:
    """Remove the source's areas that are not in the frame (level, code); returns how many."""
    kept = (areas["level"] + " " + areas["code"]).tolist()
    asked = {"country": country, "source_id": source_id, "kept": kept}
    return connection.execute(QUERIES["drop_vanished"], asked).rowcount


def areas_of_others(connection: Connection, country: str, source_id: str) -> gpd.GeoDataFrame:
    """Areas of a country that other sources brought: code, level, parent_code, geometry."""
    asked = {"country": country, "source_id": source_id}
    return read_geoframe(connection, QUERIES["areas_of_others"], asked)


def put_population(connection: Connection, population: pd.DataFrame, source_id: str) -> int:
    """Write population figures; those of the same places and dates are replaced."""
    table = tables.population
    frame = population.rename(columns={"code": "area_code"}).assign(source_id=source_id)
    connection.execute(
        sa.delete(table).where(
            table.c.area_code.in_(frame["area_code"].unique().tolist()),
            table.c.reference_date.in_(frame["reference_date"].unique().tolist()),
        )
    )
    return insert_frame(connection, table, frame[[column.name for column in table.columns]])


def put_need_estimates(connection: Connection, estimates: pd.DataFrame, source_id: str) -> int:
    """Write estimates of need, replacing the source's earlier ones."""
    return _replace(connection, tables.need_estimate, estimates, source_id)


def need_estimates(connection: Connection, country: str, codes: list[str]) -> pd.DataFrame:
    """Estimates of need for these municipalities, rates for all of them among them: area_code,
    service_type, sector, age_band, source_class, persons or rate, standard_error, source_name,
    reference_date."""
    asked = {"country": country, "codes": codes}
    return read_frame(connection, QUERIES["need_estimates"], asked)


def put_cells(connection: Connection, cells: gpd.GeoDataFrame, source_id: str) -> int:
    """Write populated cells (points, EPSG:4326), replacing the source's earlier ones."""
    return _replace(connection, tables.cell, cells, source_id)


def languages_of(frame: pd.DataFrame) -> list[str]:
    """The languages in which a frame has names: one column name_<language> each."""
    named = (str(column) for column in frame.columns)
    return [column.removeprefix("name_") for column in named if column.startswith("name_")]


def put_area_names(connection: Connection, names: pd.DataFrame, country: str, source: str) -> None:
    """Name municipalities in languages in which they have no name yet (columns name_<language>)."""
    rows = [
        {
            "lang": lang,
            "name": name,
            "code": code,
            "level": "municipality",
            "country": country,
            "source_id": source,
        }
        for lang in languages_of(names)
        for code, name in zip(names["code"], names[f"name_{lang}"], strict=True)
        if isinstance(name, str)
    ]
    if rows:
        connection.execute(QUERIES["put_name"], rows)


def areas(connection: Connection, region: str) -> gpd.GeoDataFrame:
    """The region (or country) and its municipalities; EPSG:4326."""
    found = connection.execute(QUERIES["area_exists"], {"code": region}).first()
    if found is None:
        raise NotFound(
            f"No region or country with the code {region} is loaded.",
            hint="Load one: `needsmap demo`, or `needsmap source load`.",
        )
    whole = found.level == "country"
    return read_geoframe(
        connection,
        QUERIES["areas"],
        {"region": region, "whole": whole, "country": found.country},
    )


def population(connection: Connection, codes: list[str]) -> pd.DataFrame:
    """People by municipality, newest figures: code, persons, reference_date, base, source_id.

    Residents; registered people where no municipality of these has a figure of residents.
    """
    return read_frame(connection, QUERIES["population"], {"codes": codes})


def cells(connection: Connection, codes: list[str]) -> gpd.GeoDataFrame:
    """Populated cells of the municipalities, of the one kind that covers most of them."""
    return read_geoframe(connection, QUERIES["cells"], {"codes": codes})


def municipalities(connection: Connection, country: str) -> gpd.GeoDataFrame:
    """Codes and shapes of a country's municipalities; EPSG:4326."""
    return read_geoframe(connection, QUERIES["municipalities"], {"country": country})


def official_codes(connection: Connection, country: str) -> frozenset[str]:
    """Codes of a country's municipalities whose shape comes from an official file."""
    return frozenset(connection.scalars(QUERIES["official_codes"], {"country": country}))


def sources(connection: Connection) -> pd.DataFrame:
    """Every source that was loaded, with its counts and notes."""
    return read_frame(connection, QUERIES["sources"])


def named_municipalities(connection: Connection, country: str) -> pd.DataFrame:
    """Every loaded municipality of a country: code, level, name_en, name_el."""
    return read_frame(connection, QUERIES["named_municipalities"], {"country": country})


def municipality_at(connection: Connection, lat: float, lon: float) -> sa.Row[Any] | None:
    """The municipality (code, name_en, name_el) that holds a point, or None."""
    return connection.execute(QUERIES["municipality_at"], {"lat": lat, "lon": lon}).first()


def names_of(connection: Connection, codes: list[str]) -> dict[str, dict[str, str]]:
    """Names by language of municipalities."""
    rows = connection.execute(QUERIES["names_of"], {"codes": codes})
    return {row.code: {"en": row.name_en, "el": row.name_el} for row in rows}


def codes_of_others(connection: Connection, country: str, codes: list[str]) -> list[str]:
    """Which of these codes another country's municipalities have that are official or counted."""
    asked = {"country": country, "codes": codes}
    return list(connection.scalars(QUERIES["codes_of_others"], asked))


def _replace(connection: Connection, table: sa.Table, frame: pd.DataFrame, source_id: str) -> int:
    connection.execute(sa.delete(table).where(table.c.source_id == source_id))
    named = pd.DataFrame(frame.rename(columns={"geometry": "geom"})).assign(source_id=source_id)
    columns = [column.name for column in table.columns if column.name in named.columns]
    return insert_frame(connection, table, named[columns])
