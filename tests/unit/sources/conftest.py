"""Toyland, and Attica from the installed packages, read once for all tests of sources."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from geo.errors import NotFound
from geo.settings import ROOT, read_settings
from geo.sources.batch import Batch, read_source
from geo.sources.gr_attica_areas.derive import Inputs, derive
from geo.sources.source import load

TOYLAND = ROOT / "tests" / "toyland"
CODES = frozenset({"T001", "T002", "T003", "T004"})


@pytest.fixture(scope="session")
def postcodes_file() -> Path:
    try:
        return load("gr_postcodes").package_file(read_settings().packages)
    except NotFound as error:
        pytest.skip(f"{error.message} {error.hint}")


@pytest.fixture(scope="session")
def postcodes(postcodes_file: Path) -> Batch:
    return read_source("gr_postcodes", postcodes_file)


@pytest.fixture(scope="session")
def settlements() -> Batch:
    return read_source("geonames")


@pytest.fixture(scope="session")
def attica(postcodes: Batch, settlements: Batch) -> SimpleNamespace:
    """What the demo derives Attica from (`inputs`), and the derived areas and cells (`batch`)."""
    census = read_source("gr_census2021_attica")
    inputs = Inputs(
        postcodes=postcodes.frames["postcodes"],
        streets=postcodes.frames["streets"],
        settlements=settlements.frames["settlements"],
        outline=read_source("naturalearth_regions").frames["areas"],
        area_names=census.frames["area_names"],
        population=census.frames["population"],
    )
    return SimpleNamespace(inputs=inputs, batch=derive(inputs, load("gr_attica_areas")))
