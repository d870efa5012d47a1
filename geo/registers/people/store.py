"""Write people and their needs; read them as counts by municipality only."""

from __future__ import annotations

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db import tables
from geo.db.bulk import insert_frame, read_frame
from geo.db.named_sql import load_queries
from geo.registers.keys import row_keys

QUERIES = load_queries(__file__)


def clear(connection: Connection, source_id: str) -> None:
    """Remove what a source said of people, so that it can be loaded again."""
    for table in (
        tables.contact,
        tables.referral,
        tables.resident,
        tables.need,
        tables.person,
        tables.household,
    ):
        connection.execute(sa.delete(table).where(table.c.source_id == source_id))


def put_people(connection: Connection, people: pd.DataFrame, source_id: str) -> int:
    """Write persons and their households; their places are found later."""
    households = people[["household_external_id", "synthetic"]].dropna()
    households = households.drop_duplicates("household_external_id")
    households = households.rename(columns={"household_external_id": "external_id"})
    keys = row_keys("household", source_id, households["external_id"])
    insert_frame(connection, tables.household, households.assign(id=keys, source_id=source_id))
    frame = people.assign(
        id=row_keys("person", source_id, people["external_id"]),
        household_id=row_keys("household", source_id, people["household_external_id"]),
        location_class="pending",
        source_id=source_id,
    )
    return insert_frame(connection, tables.person, frame.drop(columns="household_external_id"))


def put_needs(connection: Connection, needs: pd.DataFrame, source_id: str) -> int:
    """Write needs of persons."""
    frame = needs.assign(
        id=row_keys("need", source_id, needs["external_id"]),
        person_id=row_keys("person", source_id, needs["person_external_id"]),
        source_id=source_id,
    )
    return insert_frame(connection, tables.need, frame.drop(columns="person_external_id"))


def put_residents(connection: Connection, residents: pd.DataFrame, source_id: str) -> int:
    """Write residents of institutions."""
    frame = residents.assign(
        id=row_keys("resident", source_id, residents["external_id"]),
        service_id=row_keys("service", source_id, residents["service_external_id"]),
        source_id=source_id,
    )
    return insert_frame(connection, tables.resident, frame.drop(columns="service_external_id"))


def put_referrals(connection: Connection, referrals: pd.DataFrame, source_id: str) -> int:
    """Write referrals of needs to services."""
    frame = referrals.assign(
        id=row_keys("referral", source_id, referrals["external_id"]),
        need_id=row_keys("need", source_id, referrals["need_external_id"]),
        to_service_id=row_keys("service", source_id, referrals["to_service_external_id"]),
        source_id=source_id,
    )
    dropped = ["need_external_id", "to_service_external_id"]
    return insert_frame(connection, tables.referral, frame.drop(columns=dropped))


def put_contacts(connection: Connection, contacts: pd.DataFrame, source_id: str) -> int:
    """Write contacts: who came, called or wrote."""
    frame = contacts.assign(
        id=row_keys("contact", source_id, contacts["external_id"]),
        person_id=row_keys("person", source_id, contacts["person_external_id"]),
        source_id=source_id,
    )
    return insert_frame(connection, tables.contact, frame.drop(columns="person_external_id"))


def counts_by_area(connection: Connection, codes: list[str]) -> dict[str, pd.DataFrame]:
    """Counts of persons by municipality: the only form in which people enter the analysis."""
    return {
        name: read_frame(connection, QUERIES[f"{name}_by_area"], {"codes": codes})
        for name in ("people", "needs", "residents")
    }


def needs_where(connection: Connection, codes: list[str]) -> pd.DataFrame:
    """A row for each person in need of a service in these municipalities: service_type, area_code,
    location_class, radius_m (metres), lon, lat (EPSG:4326) and same_place; no person is named.

    For sums in memory only: no point of it is kept or shown.
    """
    return read_frame(connection, QUERIES["needs_where"], {"codes": codes})


def needs_not_counted(connection: Connection) -> dict[str, int]:
    """Open needs in nobody's figure: without a municipality, and without a registered person."""
    return dict(connection.execute(QUERIES["needs_not_counted"]).mappings().one())


def location_classes(connection: Connection) -> dict[str, int]:
    """How many persons' addresses were found, by class."""
    rows = connection.execute(QUERIES["location_classes"])
    return {row.location_class: row.persons for row in rows}


def not_placed(connection: Connection) -> int:
    """How many recipients stand in no municipality's figure because theirs was not found."""
    return int(connection.scalar(QUERIES["not_placed"]) or 0)
