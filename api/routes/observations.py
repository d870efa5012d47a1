"""Street-work reports: file one, see those of the own territory."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
from fastapi import APIRouter, Response

from api.deps import EngineOf, StreetWorker, as_user
from api.routes.locations.desk import DeskOf, caller_of
from api.routes.registers.permission import reader_of
from api.schemas import ObservationIn
from geo.errors import Conflict, InvalidInput
from geo.geocode.index.gazetteer import Gazetteer
from geo.locating.reversing import place_at
from geo.profiles import profile
from geo.registers.areas import store as areas
from geo.registers.records import store as records
from geo.registers.spots import store as team_spots
from geo.registers.streetwork import store as streetwork

router = APIRouter(prefix="/api/v1/observations", tags=["street work"])

MOST = 200
COUNTRY = "gr"


@router.post("", status_code=201)
def file_observation(
    report: ObservationIn, response: Response, engine: EngineOf, user: StreetWorker
) -> dict[str, Any]:
    """Take a report; sending the same one again gives the same receipt and no second row."""
    if report.category not in profile.load(COUNTRY).observation_categories:
        raise InvalidInput(
            "category: there is no such category.",
            hint="Choose one of those the form offers; nothing was stored.",
        )
    with as_user(engine, user) as connection:
        found = areas.municipality_at(connection, report.lat, report.lon)
        key = streetwork.report_key(user.id, report.id)
        row = report.model_dump() | {
            "id": key,
            "report_id": report.id,
            "reporter_id": user.id,
            "synthetic": user.demo,
            "area_code": None if found is None else found.code,
        }
        new = streetwork.file_observation(connection, row)
        kept = streetwork.observation(connection, key)
        if kept is None or not _same(report, kept):
            raise Conflict(
                "A different report with this id was received before; it is kept as it was.",
                hint="Send this one under a new id: both are then kept.",
            )
        if new:
            reader = reader_of(user)
            records.note(connection, reader, "file", f"field.observation {key}")
    response.status_code = 201 if new else 200
    return {
        "id": str(report.id),
        "received_at": kept.received_at.isoformat(),
        "area": None
        if found is None
        else {"code": found.code, "names": {"en": found.name_en, "el": found.name_el}},
        "status": "received",
    }


@router.get("")
def list_observations(engine: EngineOf, user: StreetWorker, desk: DeskOf) -> dict[str, Any]:
    """The newest reports that the database lets this worker see, each with what is at its place;
    the look is logged."""
    known = desk.gazetteers.ready(COUNTRY, caller_of(user))
    with as_user(engine, user) as connection:
        rows = streetwork.observations(connection, MOST)
        spots = team_spots.frame(connection)
        names = areas.names_of(connection, sorted({row.area_code for row in rows if row.area_code}))
        subject = f"field.observation: {len(rows)} rows"
        records.note(connection, reader_of(user), "read", subject)
    return {
        "items": [
            {
                # The device knows its own reports by the id it gave them.
                "id": str(row.report_id if row.reporter_id == user.id else row.id),
                "observed_at": row.observed_at.isoformat(),
                "received_at": row.received_at.isoformat(),
                "category": row.category,
                "people_count": row.people_count,
                "urgency": row.urgency,
                "note": row.note,
                "area": None
                if row.area_code is None
                else {"code": row.area_code, "names": names.get(row.area_code)},
                "place": None if known is None else _place(known, spots, row),
                "status": "received",
                "synthetic": row.synthetic,
            }
            for row in rows
        ]
    }


def _place(known: Gazetteer, spots: gpd.GeoDataFrame, row: Any) -> dict[str, Any]:
    """What is at a report's position, with how far the device may have been off."""
    found = place_at(known, spots, row.lat, row.lon, row.accuracy_m)
    return {name: found[name] for name in ("class", "matched", "radius_m")}


def _same(report: ObservationIn, kept: Any) -> bool:
    """Whether a resend says what was said before."""
    return all(
        getattr(report, name) == getattr(kept, name)
        for name in ("observed_at", "lat", "lon", "accuracy_m", "category")
    ) and (report.people_count, report.urgency, report.note) == (
        kept.people_count,
        kept.urgency,
        kept.note,
    )
