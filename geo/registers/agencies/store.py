"""Write and read agencies, sites, services and their staff."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db import tables
from geo.db.bulk import insert_frame, read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.registers.keys import row_key, row_keys

QUERIES = load_queries(__file__)


def clear(connection: Connection, source_id: str) -> None:
    """Remove what a source said of agencies, so that it can be loaded again.

    Accounts that belong to an agency keep it where the load brings it back, under the same id; where
    it does not, the end of the transaction refuses.
    """
    connection.execute(QUERIES["accounts_looked_at_last"])
    for table in (
        tables.agreement,
        tables.programme,
        tables.service,
        tables.site,
        tables.agency,
    ):
        connection.execute(sa.delete(table).where(table.c.source_id == source_id))


def put_agencies(connection: Connection, agencies: pd.DataFrame, source_id: str) -> int:
    """Write agencies."""
    keys = row_keys("agency", source_id, agencies["external_id"])
    return insert_frame(connection, tables.agency, agencies.assign(id=keys, source_id=source_id))


def put_sites(connection: Connection, sites: pd.DataFrame, source_id: str) -> int:
    """Write sites; their places are found later."""
    frame = sites.assign(
        id=row_keys("site", source_id, sites["external_id"]),
        agency_id=row_keys("agency", source_id, sites["agency_external_id"]),
        location_class="pending",
        source_id=source_id,
    )
    return insert_frame(connection, tables.site, frame.drop(columns="agency_external_id"))


def put_services(connection: Connection, services: pd.DataFrame, source_id: str) -> int:
    """Write services and their staff."""
    keys = row_keys("service", source_id, services["external_id"])
    frame = services.rename(columns={"mandatory_services": "offers"}).assign(
        id=keys,
        agency_id=row_keys("agency", source_id, services["agency_external_id"]),
        site_id=row_keys("site", source_id, services["site_external_id"]),
        source_id=source_id,
    )
    dropped = ["agency_external_id", "site_external_id", "staff"]
    written = insert_frame(connection, tables.service, frame.drop(columns=dropped))
    posts = [
        {
            "service_id": key,
            "external_id": f"{service}#{number}",
            "source_id": source_id,
            "synthetic": synthetic,
            **post,
        }
        for key, service, synthetic, staff in zip(
            keys, services["external_id"], services["synthetic"], services["staff"], strict=True
        )
        for number, post in enumerate(staff, 1)
    ]
    insert_frame(connection, tables.staff, pd.DataFrame(posts))
    return written


def put_programmes(connection: Connection, programmes: pd.DataFrame, source_id: str) -> int:
    """Write programmes with their project codes."""
    keys = row_keys("programme", source_id, programmes["external_id"])
    frame = programmes.assign(id=keys, source_id=source_id)
    return insert_frame(connection, tables.programme, frame)


def put_agreements(connection: Connection, agreements: pd.DataFrame, source_id: str) -> int:
    """Write agreements and who is party to them."""
    keys = row_keys("agreement", source_id, agreements["external_id"])
    frame = agreements.assign(
        id=keys,
        agency_id=row_keys("agency", source_id, agreements["agency_external_id"]),
        source_id=source_id,
    )
    dropped = ["agency_external_id", "party_external_ids"]
    written = insert_frame(connection, tables.agreement, frame.drop(columns=dropped))
    parties = [
        {"agreement_id": key, "agency_id": row_key("agency", source_id, party)}
        for key, listed in zip(keys, agreements["party_external_ids"], strict=True)
        for party in listed
    ]
    insert_frame(connection, tables.agreement_party, pd.DataFrame(parties))
    return written


def services(connection: Connection, codes: list[str]) -> gpd.GeoDataFrame:
    """Active services of the municipalities with agency and place; EPSG:4326, None unlocated."""
    return read_geoframe(connection, QUERIES["services"], {"codes": codes})


def service_states(connection: Connection, codes: list[str]) -> pd.DataFrame:
    """All services of the municipalities, closed ones too: id, area_code, service_type, active,
    verified_on, capacity, capacity_accessible, premises (item -> true or false); None is not known."""
    return read_frame(connection, QUERIES["service_states"], {"codes": codes})


def shared_services(connection: Connection, as_of: date) -> dict[UUID, list[str]]:
    """By the id of an active service the municipalities that it serves by a cooperation in force."""
    rows = connection.execute(QUERIES["shared_services"], {"as_of": as_of})
    return {row.id: list(row.areas) for row in rows}


def staff(connection: Connection, as_of: date) -> pd.DataFrame:
    """Posts whose contract has not run out on a day: service_id, specialty, head."""
    return read_frame(connection, QUERIES["staff"], {"as_of": as_of})
