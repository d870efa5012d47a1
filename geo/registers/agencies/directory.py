"""Read agencies, sites, services and programmes whole, to be told outside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pandas as pd
import shapely
from sqlalchemy.engine import Connection

from geo.db.bulk import read_frame
from geo.db.named_sql import load_queries

QUERIES = load_queries(__file__)

Frames = dict[str, pd.DataFrame]


def directory(connection: Connection, *, sensitive: bool = False) -> Frames:
    """Everything the reader may see: frames agencies, sites, services, programmes with their ids.

    Sites have lat and lon (EPSG:4326) and the names of their municipality and region, services a
    `service_area` as MultiPolygon (EPSG:4326) or None. Sites that are kept secret and the services
    at them are left out unless `sensitive`.
    """
    return _directory(connection, everything=True, sensitive=sensitive)


def of_agencies(connection: Connection, agencies: Iterable[UUID]) -> Frames:
    """The same of some agencies, with their sites and services; nothing sensitive."""
    return _directory(connection, agencies=list(agencies))


def of_services(connection: Connection, services: Iterable[UUID]) -> Frames:
    """The same of some services, with their agencies and sites; nothing sensitive."""
    return _directory(connection, services=list(services))


def agency_page(connection: Connection, size: int, skip: int) -> tuple[list[UUID], int]:
    """Keys of some agencies in the order of their keys, and how many there are in all."""
    rows = connection.scalars(QUERIES["agency_page"], {"size": size, "skip": skip})
    return list(rows), int(connection.scalar(QUERIES["agency_count"]) or 0)


def service_page(
    connection: Connection, size: int, skip: int, agency: UUID | None = None
) -> tuple[list[UUID], int]:
    """Keys of some services in the order of their keys, and how many there are in all."""
    rows = connection.scalars(
        QUERIES["service_page"], {"size": size, "skip": skip, "agency": agency}
    )
    total = connection.scalar(QUERIES["service_count"], {"agency": agency})
    return list(rows), int(total or 0)


def _directory(
    connection: Connection,
    *,
    everything: bool = False,
    agencies: list[UUID] | None = None,
    services: list[UUID] | None = None,
    sensitive: bool = False,
) -> Frames:
    asked: dict[str, Any] = {"everything": everything, "sensitive": sensitive}
    found = read_frame(
        connection,
        QUERIES["directory_services"],
        asked | {"agencies": agencies or [], "services": services or []},
    )
    areas = [None if area is None else bytes(area) for area in found["service_area"]]
    found["service_area"] = pd.Series(list(shapely.from_wkb(areas)), dtype=object)
    sites = read_frame(
        connection,
        QUERIES["directory_sites"],
        asked | {"agencies": agencies or [], "sites": list(found["site_id"])},
    )
    providers = {*(agencies or []), *found["agency_id"]}
    codes = sorted({code for listed in found["programme_codes"] for code in listed})
    return {
        "agencies": read_frame(
            connection,
            QUERIES["directory_agencies"],
            {"everything": everything, "agencies": list(providers)},
        ),
        "sites": sites,
        "services": found,
        "programmes": read_frame(
            connection, QUERIES["directory_programmes"], {"everything": everything, "codes": codes}
        ),
    }
