"""Four countries from package data: the settlement recognised, its municipality right.

A small seeded sample; all of it is measured by the bench (tests/bench/geocode).
"""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy.engine import Engine

from geo import loading
from geo.db.engine import transaction
from geo.errors import NotFound
from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate_many
from geo.profiles import profile
from geo.registers.gazetteer import store
from geo.settings import Settings
from geo.sources.batch import read_source
from geo.sources.source import load
from tests.bench.geocode.wellformed import judge, well_formed

ROWS = 100
LEAST_RECOGNISED, LEAST_RIGHT = 0.95, 0.97

SETTLEMENTS = {
    "gr": "geonames",
    "pl": "pl_settlements",
    "ro": "ro_settlements",
    "bg": "bg_settlements",
}


@pytest.mark.parametrize("country", SETTLEMENTS)
def test_settlements_are_recognised_in_their_municipality(country: str, settings: Settings) -> None:
    settlements = read_frames(SETTLEMENTS[country], settings)["settlements"]
    frames = Frames.of(settlements=settlements)
    gazetteer = Gazetteer.from_frames(frames, profile.load(country).addresses, version="packages")
    rows = well_formed(country, settlements, ROWS)
    assert len(rows) == ROWS
    shares = judge(rows, locate_many(rows, gazetteer))
    assert shares.recognised >= LEAST_RECOGNISED
    assert shares.right >= LEAST_RIGHT


def read_frames(source_id: str, settings: Settings) -> dict[str, pd.DataFrame]:
    facts = load(source_id)
    try:
        path = facts.package_file(settings.packages) if facts.package else None
        return dict(read_source(source_id, path).frames)
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")


def test_what_the_packages_say_comes_back_from_the_register(
    engine: Engine, settings: Settings
) -> None:
    try:
        loaded = loading.load(engine, settings, "bg_settlements")
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")
    with transaction(engine, "job") as connection:
        frames = store.frames(connection, "bg")
    assert loaded.rows == {"postcodes": len(frames.postcodes), "settlements": 5309}
    settlements = frames.settlements.set_index("external_id")
    assert settlements.geometry.notna().sum() == 345
    # No package has the point of Kamenar; its municipality is known all the same.
    kamenar = settlements.loc["VAR06/9102/Каменар"]
    assert kamenar.geometry is None
    assert (kamenar["area_code"], kamenar["parent"], kamenar["unit"]) == ("VAR06", "Варна", "Варна")
    again = loading.load(engine, settings, "bg_settlements")
    assert {name: (c.added, c.changed, c.removed) for name, c in again.changes.items()} == {
        "settlements": (0, 0, 0),
        "postcodes": (0, 0, 0),
    }
