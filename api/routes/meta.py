"""What this service is and what its readers must know; whether it lives."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter

from api.deps import EngineOf, ReleaseOf
from geo.db.engine import transaction
from geo.profiles import profile
from geo.releases import store as releases
from layers.credits import notices
from layers.tiles.tilejson import bounds

router = APIRouter(tags=["service"])
COUNTRY = "gr"


@router.get("/api/v1/meta")
def read_meta(release: ReleaseOf) -> dict[str, Any]:
    """Region, languages, notices and the words of the forms."""
    return {
        "name": "needsmap",
        "version": version("needsmap"),
        "demo": release.demo,
        "region": {"code": release.region_code, "names": release.region_names},
        "bounds": list(bounds(release)),
        "languages": ["en", "el"],
        "notices": [{"code": one.code, "text": one.text} for one in notices(release)],
        "observation_categories": [
            {"code": code, "label": dict(names)}
            for code, names in profile.load(COUNTRY).observation_categories.items()
        ],
    }


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process answers; without a thread, so that it does while all are at work."""
    return {"status": "live"}


@router.get("/health/ready")
def ready(engine: EngineOf) -> dict[str, str]:
    """The database answers and something is published."""
    with transaction(engine, "public") as connection:
        connection.execute(sa.text("SELECT 1"))
        release = releases.latest(connection, "public")
    return {"status": "ready", "release": release}
