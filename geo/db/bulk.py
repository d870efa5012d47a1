"""Write whole frames: copied into a passing table, then inserted under the row policies."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection

from geo.crs import GEOGRAPHIC


def insert_frame(connection: Connection, table: Table, frame: pd.DataFrame) -> int:
    """Insert a frame whose column names are the table's; returns the rows written.

    PostgreSQL refuses COPY into a table with row-level security, hence the passing table. Missing
    values of any kind become NULL; a GeoDataFrame's geometry must be in EPSG:4326.
    """
    if frame.empty:
        return 0
    cursor = driver_of(connection).cursor()
    target, passing, columns = copy_beside(cursor, table, frame)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(target, names, names, passing)
    )
    written = cursor.rowcount
    cursor.execute(sql.SQL("DROP TABLE {}").format(passing))
    return written


def update_frame(connection: Connection, table: Table, frame: pd.DataFrame) -> int:
    """Update the rows whose `id` the frame holds; returns the rows changed."""
    if frame.empty:
        return 0
    cursor = driver_of(connection).cursor()
    target, passing, columns = copy_beside(cursor, table, frame)
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = new.{}").format(sql.Identifier(name), sql.Identifier(name))
        for name in columns
        if name != "id"
    )
    cursor.execute(
        sql.SQL("UPDATE {} AS old SET {} FROM {} AS new WHERE old.id = new.id").format(
            target, assignments, passing
        )
    )
    changed = cursor.rowcount
    cursor.execute(sql.SQL("DROP TABLE {}").format(passing))
    return changed


def read_frame(
    connection: Connection, statement: sa.TextClause, parameters: dict[str, Any] | None = None
) -> pd.DataFrame:
    """The rows of a named statement as a frame; column names are the statement's."""
    result = connection.execute(statement, parameters or {})
    # Plain tuples: pandas would ask every row whether it is a named one.
    return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))


def read_geoframe(
    connection: Connection, statement: sa.TextClause, parameters: dict[str, Any] | None = None
) -> gpd.GeoDataFrame:
    """Like `read_frame` for a statement whose column `geometry` holds WKB; EPSG:4326."""
    frame = read_frame(connection, statement, parameters)
    geometry = gpd.GeoSeries.from_wkb(frame.pop("geometry").map(_as_bytes), crs=GEOGRAPHIC)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=GEOGRAPHIC)


def copy_beside(
    cursor: psycopg.Cursor[Any], table: Table, frame: pd.DataFrame
) -> tuple[sql.Identifier, sql.Identifier, list[str]]:
    """Copy a frame into a passing table of the target's column types.

    Returns the names of the target and of the passing table, and the columns copied.
    """
    columns = [str(name) for name in frame.columns]
    unknown = set(columns) - {column.name for column in table.columns}
    if unknown:
        raise KeyError(f"{table.fullname} has no column {', '.join(sorted(unknown))}")
    target = sql.Identifier(str(table.schema), table.name)
    passing = sql.Identifier(f"passing_{table.name}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    cursor.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
            passing, names, target
        )
    )
    with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(passing, names)) as copy:
        for row in zip(*(_values(table, frame, name) for name in columns), strict=True):
            copy.write_row(row)
    return target, passing, columns


def driver_of(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own connection, for COPY."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _values(table: Table, frame: pd.DataFrame, name: str) -> list[Any]:
    column = frame[name]
    if isinstance(table.columns[name].type, Geometry):
        geometry = column.to_numpy(dtype=object)
        hexes = shapely.to_wkb(shapely.set_srid(geometry, GEOGRAPHIC), hex=True, include_srid=True)
        return [
            None if shape is None else text for shape, text in zip(geometry, hexes, strict=True)
        ]
    if isinstance(table.columns[name].type, JSONB):
        return [None if value is None else Jsonb(value) for value in column]
    return [_plain(value) for value in column.astype(object)]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        return value
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _as_bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
