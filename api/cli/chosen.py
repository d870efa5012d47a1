"""The snapshot that a command or a file names, and all that it was computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.errors import InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from geo.frozen_inputs import Start
    from geo.settings import Settings

LATEST = "latest:"


def snapshot_named(connection: Connection, named: str, where: str) -> str:
    """The id of a snapshot named by itself or as the latest of a region; `where` it was named."""
    from geo.snapshots import store as snapshots

    if named.startswith(LATEST):
        return snapshots.latest(connection, named.removeprefix(LATEST).strip())
    if not named.startswith("snap-"):
        raise InvalidInput(
            f"{where} is neither the id of a snapshot nor the latest: {named!r}",
            hint="snap-..., see `needsmap snapshot list`, or latest:EL30 with the region's code.",
        )
    return named


def start_of(connection: Connection, settings: Settings, snapshot_id: str) -> Start:
    """Inputs, rules and journeys of a snapshot."""
    from geo import frozen_inputs

    return frozen_inputs.start_of(connection, snapshot_id, travel_folder=settings.var / "travel")
