"""Agencies of a source are loaded again while accounts belong to them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.cluster import Cluster
from geo.db.engine import make_engine
from geo.registers.agencies import store as agencies
from tests.conftest import clone

SOURCE = "test-agencies"
AGENCY = pd.DataFrame(
    [
        {
            "external_id": "A1",
            "name": "Town",
            "legal_form": "municipality",
            "area_code": "4501",
            "synthetic": True,
        }
    ]
)


@pytest.fixture
def engine(cluster: Cluster, template: str) -> Iterator[Engine]:
    for name in clone(cluster, template):
        made = make_engine(cluster.url(name))
        with made.begin() as connection:
            connection.execute(
                sa.text(
                    "INSERT INTO base.source SELECT (jsonb_populate_record(NULL::base.source,"
                    " CAST(:given AS jsonb))).*"
                ),
                {"given": _source(connection)},
            )
            agencies.put_agencies(connection, AGENCY, SOURCE)
            connection.execute(
                sa.text(
                    "INSERT INTO account.app_user (id, username, display_name, role, agency_id)"
                    " SELECT gen_random_uuid(), 'town', 'Town', 'agency', id FROM registry.agency"
                )
            )
        yield made
        made.dispose()


def _source(connection: sa.engine.Connection) -> str:
    """A source whose every required column holds something."""
    rows = connection.execute(
        sa.text(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'base' AND table_name = 'source' AND is_nullable = 'NO'"
        )
    )
    kinds = {"boolean": "true", "jsonb": "{}", "integer": "0", "date": '"2026-01-01"'}
    kinds |= {"timestamp with time zone": '"2026-01-01T00:00:00Z"', "ARRAY": "[]"}
    told = {row.column_name: kinds.get(row.data_type, f'"{SOURCE}"') for row in rows}
    return "{" + ", ".join(f'"{name}": {value}' for name, value in told.items()) + "}"


def belongs(engine: Engine) -> object:
    with engine.connect() as connection:
        return connection.scalar(
            sa.text(
                "SELECT a.external_id FROM account.app_user u"
                " LEFT JOIN registry.agency a ON a.id = u.agency_id"
            )
        )


def test_an_account_keeps_its_agency_over_a_load(engine: Engine) -> None:
    with engine.begin() as connection:
        agencies.clear(connection, SOURCE)
        agencies.put_agencies(connection, AGENCY.assign(name="Town, renamed"), SOURCE)
    assert belongs(engine) == "A1"


def test_a_load_without_it_is_refused_whole(engine: Engine) -> None:
    with (
        pytest.raises(sa.exc.IntegrityError, match="fk_app_user_agency_id"),
        engine.begin() as connection,
    ):
        agencies.clear(connection, SOURCE)
        agencies.put_agencies(connection, AGENCY.assign(external_id="A2"), SOURCE)
    assert belongs(engine) == "A1"
