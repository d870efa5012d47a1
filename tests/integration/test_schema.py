"""The database is what tables.py says, with its geometries guarded."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import Geometry, alembic_helpers
from sqlalchemy.engine import Engine

from geo.db.tables import SCHEMAS, metadata


def test_migrations_end_in_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: name in SCHEMAS if kind == "schema" else True,
                "include_object": alembic_helpers.include_object,
            },
        )
        assert compare_metadata(context, metadata) == []


def _geometry_columns() -> list[tuple[str, str, str]]:
    return [
        (str(table.schema), table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Geometry)
    ]


def test_every_geometry_has_srid_index_and_check(engine: Engine) -> None:
    columns = _geometry_columns()
    assert len(columns) >= 20
    with engine.connect() as connection:
        for schema, table, column in columns:
            srid = connection.scalar(
                sa.text("SELECT Find_SRID(:s, :t, :c)"), {"s": schema, "t": table, "c": column}
            )
            index = connection.scalar(
                sa.text(
                    "SELECT count(*) FROM pg_indexes WHERE schemaname = :s AND tablename = :t"
                    " AND indexdef LIKE '%USING gist (' || :c || ')%'"
                ),
                {"s": schema, "t": table, "c": column},
            )
            check = connection.scalar(
                sa.text(
                    "SELECT count(*) FROM pg_constraint WHERE contype = 'c'"
                    " AND conrelid = CAST(:name AS regclass) AND conname LIKE '%\\_' || :c || '_in_range'"
                ),
                {"name": f"{schema}.{table}", "c": column},
            )
            assert (srid, index, check) == (4326, 1, 1), (schema, table, column)


@pytest.mark.parametrize(
    "point",
    [
        "ST_MakePoint('NaN', 38)",
        "ST_MakePoint('Infinity', 38)",
        "ST_MakePoint(23.7, 1e308)",
        "ST_MakePoint(23.7, 90)",
        "ST_MakePoint(181, 38)",
        "'POINT EMPTY'::geometry",
    ],
)
def test_the_database_refuses_points_off_the_map(engine: Engine, point: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(_SOURCE))
        insert = (
            "INSERT INTO base.cell (code, kind, population, reference_date, source_id, geom)"
            f" VALUES ('x', 'grid_5km', 1, '2021-01-01', 's', ST_SetSRID({point}, 4326))"
        )
        with pytest.raises(sa.exc.IntegrityError, match="geom_in_range"):
            connection.execute(sa.text(insert))


def test_the_database_refuses_a_polygon_with_nan(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(_SOURCE))
        ring = (
            "ARRAY[ST_MakePoint(0,0), ST_MakePoint('NaN',1), ST_MakePoint(1,1), ST_MakePoint(0,0)]"
        )
        insert = (
            "INSERT INTO base.area (country, level, code, geometry_kind, source_id, geom) VALUES"
            " ('gr', 'municipality', 'x', 'official', 's',"
            f" ST_SetSRID(ST_Multi(ST_MakePolygon(ST_MakeLine({ring}))), 4326))"
        )
        with pytest.raises(sa.exc.DBAPIError):
            connection.execute(sa.text(insert))


_SOURCE = (
    "INSERT INTO base.source (id, title, titles, notices, publisher, licence, attribution, official, derived,"
    " synthetic, counts, notes, sha256) VALUES"
    " ('s', 't', '{}', '{}', 'p', 'l', 'a', true, false, false, '{}', '[]', 'x')"
)
