"""Keep releases in their tier's schema and read them with that tier's rights only."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from geo.db.bulk import insert_frame, read_frame, read_geoframe
from geo.db.named_sql import load_queries
from geo.db.tables import metadata
from geo.errors import NotFound
from geo.releases.publish import explanations_of, indicators_of, public_manifest, sources_of
from geo.releases.release import Pocket, Release, Tier

QUERIES = load_queries(__file__)


def _enter(connection: Connection, tier: Tier) -> None:
    """Statements of this file name no schema; the tier's own is the only one they can meet.

    A transaction in a tier's own role stands there already; one of a load or a check does not.
    """
    connection.execute(
        sa.text("SELECT set_config('search_path', :path, true)"), {"path": f"pub_{tier}, public"}
    )


def put(connection: Connection, release: Release) -> bool:
    """Keep a release; False when the very same is there already."""
    _enter(connection, release.tier)
    row = {
        "id": release.id,
        "snapshot_id": release.snapshot_id,
        "region_code": release.region_code,
        "region_names": json.dumps(release.region_names, ensure_ascii=False),
        "created_at": release.created_at,
        "demo": release.demo,
        "k": release.k,
        "rounded_to": release.rounded_to,
        "rule_version": release.rule_version,
        "manifest": json.dumps(public_manifest(release), ensure_ascii=False),
    }
    if connection.execute(QUERIES["put_release"], row).first() is None:
        return False
    keys = zip(
        release.values["indicator"],
        release.values["breakdown"],
        release.values["area_code"],
        strict=True,
    )
    explained: Any = [release.explanations.get(key, {}) for key in keys]
    pockets = pd.DataFrame(
        [{"id": p.id, "members": list(p.members), "evidence": p.evidence} for p in release.pockets]
    )
    frames = {
        "zone": release.zones.rename(columns={"geometry": "geom"}),
        "value": release.values.assign(explanation=explained),
        "service_point": release.services.rename(columns={"geometry": "geom"}),
        "pocket": pockets,
    }
    for name, frame in frames.items():
        table = metadata.tables[f"pub_{release.tier}.{name}"]
        insert_frame(connection, table, pd.DataFrame(frame).assign(release_id=release.id))
    return True


def latest(connection: Connection, tier: Tier) -> str:
    """The id of the tier's newest release; raises NotFound where there is none."""
    _enter(connection, tier)
    found: str | None = connection.scalar(QUERIES["latest"])
    if found is None:
        raise NotFound("Nothing has been published yet.", hint="Run `needsmap demo`.")
    return found


def listed(connection: Connection, tier: Tier) -> list[sa.Row[Any]]:
    """All releases of a tier, newest first."""
    _enter(connection, tier)
    return list(connection.execute(QUERIES["releases"]))


def get(connection: Connection, tier: Tier, release_id: str) -> Release:
    """One release of a tier, whole; raises NotFound."""
    _enter(connection, tier)
    key = {"id": release_id}
    row = connection.execute(QUERIES["release"], key).first()
    if row is None:
        raise NotFound(f"There is no release {release_id}.")
    values = read_frame(connection, QUERIES["values"], key)
    pockets = connection.execute(QUERIES["pockets"], key)
    return Release(
        id=row.id,
        tier=tier,
        region_code=row.region_code,
        region_names=row.region_names,
        created_at=row.created_at,
        snapshot_id=row.snapshot_id,
        k=row.k,
        rounded_to=row.rounded_to,
        rule_version=row.rule_version,
        demo=row.demo,
        indicators=tuple(indicators_of(row.manifest).values()),
        sources=sources_of(row.manifest),
        zones=read_geoframe(connection, QUERIES["zones"], key),
        values=values.drop(columns="explanation"),
        services=read_geoframe(connection, QUERIES["services"], key),
        pockets=tuple(Pocket(p.id, tuple(p.members), p.evidence) for p in pockets),
        explanations=explanations_of(values),
    )


def area_tile(
    connection: Connection,
    release_id: str,
    figure: tuple[str, str],
    place: tuple[int, int, int],
) -> bytes:
    """A vector tile of one figure (indicator, breakdown) at (z, x, y); empty where nothing is.

    For a transaction in a tier's own role.
    """
    z, x, y = place
    tile = connection.scalar(
        QUERIES["area_tile"],
        {
            "release": release_id,
            "indicator": figure[0],
            "breakdown": figure[1],
            "z": z,
            "x": x,
            "y": y,
        },
    )
    return bytes(tile)


def service_tile(connection: Connection, release_id: str, place: tuple[int, int, int]) -> bytes:
    """A vector tile of service points at (z, x, y); for a transaction in a tier's own role."""
    z, x, y = place
    tile = connection.scalar(
        QUERIES["service_tile"], {"release": release_id, "z": z, "x": x, "y": y}
    )
    return bytes(tile)
