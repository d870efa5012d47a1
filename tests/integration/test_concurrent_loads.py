"""Loads wait for each other: two at once would replace each other's rows half-way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, TimeoutError

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from geo import loading
from geo.db.engine import transaction
from geo.registers.areas import store as areas
from geo.settings import Settings


def test_a_load_waits_for_the_one_under_way(engine: Engine, settings: Settings) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine, "job") as connection:
            areas.lock_loads(connection)
            waiting = pool.submit(loading.load, engine, settings, "gr_census2021_attica")
            with pytest.raises(TimeoutError):
                waiting.result(timeout=2)
        assert waiting.result(timeout=30).rows == {"population": 198}


def test_four_loads_at_once_leave_what_one_would(engine: Engine, settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = pool.map(
            lambda _: loading.load(engine, settings, "gr_census2021_attica").rows, range(4)
        )
        assert list(rows) == [{"population": 198}] * 4
    with engine.connect() as connection:
        statement = (
            "SELECT count(*), sum(persons) FILTER (WHERE sex = 'total') FROM base.population"
        )
        assert connection.execute(sa.text(statement)).one() == (198, 3_792_469)
