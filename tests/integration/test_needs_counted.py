"""Whose needs count: named persons and everybody of a named household; of others, how many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from geo.db.cluster import Cluster
from geo.db.engine import make_engine, transaction
from geo.registers.people import store as people
from tests.conftest import clone

ATHENS = "4501"


@pytest.fixture(scope="module")
def demo(cluster: Cluster, demo_template: str) -> Iterator[Engine]:
    for name in clone(cluster, demo_template):
        engine = make_engine(cluster.url(name))
        yield engine
        engine.dispose()


@pytest.fixture
def held(demo: Engine) -> Iterator[Connection]:
    """A connection as a job has it, whose changes are taken back."""
    with demo.connect() as connection:
        yield connection
        connection.rollback()


def in_need(connection: Connection) -> int:
    needs = people.counts_by_area(connection, [ATHENS])["needs"]
    return int(needs.loc[needs["service_type"] == "home_help", "persons"].sum())


def add_need(connection: Connection, column: str, value: str, area: str | None = ATHENS) -> None:
    connection.execute(
        sa.text(
            "INSERT INTO registry.need (id, external_id, source_id, synthetic, area_code,"
            f" service_type, stage, since, {column})"
            " SELECT gen_random_uuid(), gen_random_uuid()::text, source_id, true, :area,"
            " 'home_help', 'identification', '2026-01-01', :value FROM registry.need LIMIT 1"
        ),
        {"area": area, "value": value},
    )


def household(connection: Connection, members: int) -> str:
    """A household to which so many persons without an open need of home help now belong."""
    made = connection.scalar(
        sa.text(
            "INSERT INTO registry.household (id, external_id, source_id, synthetic, area_code)"
            " SELECT gen_random_uuid(), gen_random_uuid()::text, source_id, true, :area"
            " FROM registry.person LIMIT 1 RETURNING id"
        ),
        {"area": ATHENS},
    )
    connection.execute(
        sa.text(
            "UPDATE registry.person SET household_id = :household WHERE id IN ("
            " SELECT p.id FROM registry.person p WHERE NOT EXISTS (SELECT FROM registry.need n"
            " WHERE n.person_id = p.id AND n.service_type = 'home_help') LIMIT :members)"
        ),
        {"household": made, "members": members},
    )
    return str(made)


def test_everybody_of_a_household_in_need_counts_once(held: Connection) -> None:
    before = in_need(held)
    home = household(held, 3)
    add_need(held, "household_id", home)
    add_need(held, "household_id", home)
    assert in_need(held) == before + 3
    assert people.needs_not_counted(held)["without_persons"] == 0


def test_needs_without_persons_or_municipality_are_said(held: Connection) -> None:
    before, said = in_need(held), people.needs_not_counted(held)
    add_need(held, "household_id", household(held, 0))
    add_need(held, "group_name", "Families of the old camp")
    add_need(held, "group_name", "Nobody knows where", area=None)
    assert in_need(held) == before
    assert people.needs_not_counted(held) == {
        "without_municipality": said["without_municipality"] + 1,
        "without_persons": said["without_persons"] + 2,
    }


def test_places_of_people_in_need_are_as_many_as_the_people(demo: Engine) -> None:
    with transaction(demo, "job") as connection:
        counted = people.counts_by_area(connection, [ATHENS])["needs"]
        where = people.needs_where(connection, [ATHENS])
    assert where.groupby("service_type").size().to_dict() == dict(
        zip(counted["service_type"], counted["persons"], strict=True)
    )
    # Nothing of it names anybody.
    assert set(where) == {
        *("service_type", "area_code", "location_class", "radius_m", "lon", "lat", "same_place")
    }
