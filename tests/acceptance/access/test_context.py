"""Who reads is said for one transaction: the next borrower of the connection inherits nothing."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo.db.cluster import Cluster
from geo.db.engine import APP_USER, make_engine, transaction
from tests.acceptance.access.conftest import plain
from tests.acceptance.access.readers import key
from tests.acceptance.access.world import plant

PERSONS = sa.text("SELECT area_code FROM registry.person")
ROUNDS = 200


@pytest.fixture
def one_connection(cluster: Cluster, database: str) -> Iterator[Engine]:
    """The service's engine with a single connection, over the planted world."""
    with psycopg.connect(plain(cluster.url(database))) as connection:
        plant(connection)
    made = make_engine(cluster.url(database, APP_USER), pool_size=1)
    yield made
    made.dispose()


def test_two_municipalities_in_turn_never_see_each_other(one_connection: Engine) -> None:
    foreign = 0
    seen = {"M1": 0, "M2": 0}
    for place in range(ROUNDS):
        territory = ("M1", "M2")[place % 2]
        user = key(f"user:{territory}")
        with transaction(
            one_connection, "centre_staff", user_id=user, territory=territory
        ) as connection:
            found = connection.scalars(PERSONS).all()
        foreign += sum(area != territory for area in found)
        seen[territory] += len(found)
    assert (foreign, seen) == (0, {"M1": 6 * ROUNDS // 2, "M2": 3 * ROUNDS // 2})


def test_without_context_nothing_is_seen(one_connection: Engine) -> None:
    with transaction(one_connection, "centre_staff", territory="M1") as connection:
        assert len(connection.scalars(PERSONS).all()) == 6
    with transaction(one_connection, "centre_staff") as connection:
        assert connection.scalar(sa.text("SELECT base.current_territory()")) is None
        assert connection.scalars(PERSONS).all() == []
        assert connection.scalars(sa.text("SELECT id FROM field.observation")).all() == []
    with one_connection.connect() as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == "needsmap_app"
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            connection.execute(PERSONS)


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT * FROM account.secret", "SELEC"])
def test_nothing_is_left_after_an_error(one_connection: Engine, statement: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError),
        transaction(one_connection, "centre_staff", territory="M1") as connection,
    ):
        connection.execute(sa.text(statement))
    with one_connection.connect() as connection:
        context = connection.execute(
            sa.text("SELECT current_user, current_setting('needsmap.territory', true)")
        ).one()
        assert context[0] == "needsmap_app" and not context[1]
    with transaction(one_connection, "centre_staff", territory="M2") as connection:
        assert set(connection.scalars(PERSONS)) == {"M2"}


def test_the_service_cannot_take_the_role_of_loads(one_connection: Engine) -> None:
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        transaction(one_connection, "job"),
    ):
        pass
