"""Write and read the spots that teams keep; the row policies decide whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import geopandas as gpd
from sqlalchemy.engine import Connection

from geo.db.bulk import read_geoframe
from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)
CHANGED = ("name", "names", "note", "radius_m", "lat", "lon")


def page(connection: Connection, after: UUID | None, most: int) -> list[dict[str, Any]]:
    """Spots in the order of their keys; lat, lon in EPSG:4326, radius_m in metres."""
    given = {"after": after, "most": most}
    return [dict(row) for row in connection.execute(QUERIES["page"], given).mappings()]


def one(connection: Connection, key: UUID) -> dict[str, Any] | None:
    """One spot, if the reader may see it."""
    row = connection.execute(QUERIES["one"], {"id": key}).mappings().first()
    return None if row is None else dict(row)


def frame(connection: Connection) -> gpd.GeoDataFrame:
    """The reader's spots as the geocoder takes them: external_id, name, alternate_names, kind,
    area_code, radius_m (metres), geometry (points, EPSG:4326), source_id. None of them for a role
    that has nothing to do with spots."""
    if connection.scalar(QUERIES["may_read"]):
        return read_geoframe(connection, QUERIES["all"])
    return read_geoframe(connection, QUERIES["none"])


def put(connection: Connection, spot: Mapping[str, Any]) -> None:
    """Keep a new spot: id, synthetic, name, names, note, lat, lon, radius_m, area_code."""
    connection.execute(QUERIES["put"], dict(spot))


def change(connection: Connection, key: UUID, version: int, given: Mapping[str, Any]) -> bool:
    """Change a spot's fields; False where its version is another one or it is not the reader's."""
    values = dict.fromkeys(CHANGED) | dict(given) | {"id": key, "version": version}
    return bool(connection.execute(QUERIES["change"], values).rowcount)


def remove(connection: Connection, key: UUID, version: int) -> bool:
    """Take a spot out; False where its version is another one or it is not the reader's."""
    return bool(connection.execute(QUERIES["remove"], {"id": key, "version": version}).rowcount)
