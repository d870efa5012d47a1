"""Write and read rounds and observations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.crs import GEOGRAPHIC
from geo.db import tables
from geo.db.bulk import insert_frame, read_frame
from geo.db.named_sql import load_queries
from geo.registers.keys import row_keys

QUERIES = load_queries(__file__)


def clear(connection: Connection, source_id: str) -> None:
    """Remove a source's rounds and reports, so that it can be loaded again."""
    for table in (tables.observation, tables.round_):
        connection.execute(sa.delete(table).where(table.c.source_id == source_id))


def put_rounds(connection: Connection, rounds: pd.DataFrame, source_id: str) -> int:
    """Write rounds: where a team looked and for how long."""
    keys = row_keys("round", source_id, rounds["external_id"])
    return insert_frame(connection, tables.round_, rounds.assign(id=keys, source_id=source_id))


def put_observations(connection: Connection, observations: pd.DataFrame, source_id: str) -> int:
    """Write located reports; each stands in the municipality that holds its point."""
    points = gpd.points_from_xy(observations["lon"], observations["lat"], crs=GEOGRAPHIC)
    frame = observations.assign(
        id=row_keys("observation", source_id, observations["external_id"]),
        round_id=row_keys("round", source_id, observations["round_external_id"]),
        geom=points,
        source_id=source_id,
    )
    written = insert_frame(
        connection,
        tables.observation,
        frame.drop(columns=["round_external_id", "lat", "lon"]),
    )
    connection.execute(QUERIES["observations_take_area"])
    return written


def counts_by_area(connection: Connection, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Reports and minutes looked by municipality."""
    return {
        name: read_frame(connection, QUERIES[f"{name}_by_area"], {"codes": codes})
        for name in ("observations", "rounds")
    }


def report_key(reporter_id: UUID, report_id: UUID) -> UUID:
    """The key of a report: two reporters with one device's id never meet each other's row."""
    return uuid5(reporter_id, str(report_id))


def file_observation(connection: Connection, report: Mapping[str, Any]) -> bool:
    """Take a report from the street; False when the reporter sent it before."""
    return connection.execute(QUERIES["file_observation"], report).first() is not None


def observation(connection: Connection, key: UUID) -> sa.Row[Any] | None:
    """One report as sent, if the reader may see it."""
    return connection.execute(QUERIES["observation"], {"id": key}).first()


def observations(connection: Connection, most: int) -> list[sa.Row[Any]]:
    """The newest reports that the reader may see."""
    return list(connection.execute(QUERIES["observations"], {"most": most}))


def not_placed(connection: Connection) -> int:
    """How many reports stand in no municipality's figure."""
    return int(connection.scalar(QUERIES["not_placed"]) or 0)
