"""Four countries from package data: is the settlement recognised, and is its municipality right?"""

from __future__ import annotations

from geo import loading
from geo.db.engine import make_engine
from geo.errors import NeedsmapError
from geo.geocode.index.gazetteer import Gazetteer
from geo.geocode.locate import locate_many
from geo.profiles import profile
from geo.registers.gazetteer import store
from tests.bench.geocode import wellformed
from tests.bench.measure import Measured, own_database

SOURCES = {
    "gr": ("gr_postcodes", "geonames"),
    "pl": ("pl_settlements", "pl_postcodes"),
    "ro": ("ro_settlements", "ro_postcodes"),
    "bg": ("bg_settlements",),
}
ROWS = 2_000
LEAST_RECOGNISED, LEAST_RIGHT = 0.95, 0.97


def measure() -> list[Measured]:
    """Two lines a country; a country whose packages are not installed is named and left out."""
    return [line for country in SOURCES for line in _country(country)]


def _country(country: str) -> list[Measured]:
    try:
        frames = _frames(country)
    except NeedsmapError as absent:
        print(f"Settlements of {country}: skipped, {absent.message}")
        return []
    addresses = profile.load(country).addresses
    gazetteer = Gazetteer.from_frames(frames, addresses, version="bench")
    rows = wellformed.well_formed(country, frames.settlements, ROWS)
    shares = wellformed.judge(rows, locate_many(rows[["address"]], gazetteer))
    what = f"{len(rows):,} well-formed rows of {country.upper()}"
    return [
        _line(f"settlement recognised, {what}", shares.recognised, LEAST_RECOGNISED),
        _line(f"right municipality of those recognised, {what}", shares.right, LEAST_RIGHT),
    ]


def _line(what: str, share: float, least: float) -> Measured:
    return Measured(
        what, f"{100 * share:.1f} %", f"{100 * least:.0f} %", least / max(share, 1e-9), 1.0
    )


def _frames(country: str) -> store.GazetteerFrames:
    """What the sources of the country bring, through the database as anybody loads them."""
    with own_database(f"settlements_{country}") as (settings, url):
        engine = make_engine(url)
        try:
            for source in SOURCES[country]:
                loading.load(engine, settings, source, fixes=True)
            with engine.connect() as connection:
                return store.frames(connection, country)
        finally:
            engine.dispose()
