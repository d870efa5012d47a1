"""The demo regions: real places from registry packages, synthetic people on real streets."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
from sqlalchemy.engine import Engine

from geo.errors import NotFound
from geo.loading import Loaded, write
from geo.settings import Settings
from geo.sources.batch import Batch, read_source
from geo.sources.gr_attica_areas import derive as attica_areas
from geo.sources.gr_attica_synthetic import generate as attica_registers
from geo.sources.source import load

REGIONS = {"attica": "EL30"}
"""Demo regions by name, with the code of the region they load."""

READ = ("naturalearth_regions", "gr_census2021_attica", "gr_postcodes", "geonames")
"""What the demo reads as it is; areas, cells and registers are made from these."""


def load_demo(
    engine: Engine, settings: Settings, region: str, said: Callable[[Loaded], None]
) -> str:
    """Load a demo region and return its code; `said` hears what each source brought."""
    if region not in REGIONS:
        raise NotFound(
            f"There is no demo region {region!r}.", hint=f"There are: {', '.join(REGIONS)}."
        )
    read = {name: _read(settings, name) for name in READ}
    derived = _areas(read, REGIONS[region])
    order = [
        derived,
        read["gr_census2021_attica"],
        read["gr_postcodes"],
        read["geonames"],
        _registers(read, derived),
    ]
    for batch in order:
        said(write(engine, batch, load(batch.source_id)))
    return REGIONS[region]


def _read(settings: Settings, source_id: str) -> Batch:
    facts = load(source_id)
    path = facts.package_file(settings.packages) if facts.package else None
    return read_source(source_id, path)


def _areas(read: dict[str, Batch], region: str) -> Batch:
    outlines = read["naturalearth_regions"].frames["areas"]
    inputs = attica_areas.Inputs(
        postcodes=gpd.GeoDataFrame(read["gr_postcodes"].frames["postcodes"]),
        streets=read["gr_postcodes"].frames["streets"],
        settlements=gpd.GeoDataFrame(read["geonames"].frames["settlements"]),
        outline=gpd.GeoDataFrame(outlines[outlines["code"] == region]),
        area_names=read["gr_census2021_attica"].frames["area_names"],
        population=read["gr_census2021_attica"].frames["population"],
    )
    return attica_areas.derive(inputs, load("gr_attica_areas"))


def _registers(read: dict[str, Batch], derived: Batch) -> Batch:
    inputs = attica_registers.Inputs(
        areas=gpd.GeoDataFrame(derived.frames["areas"]),
        cells=gpd.GeoDataFrame(derived.frames["cells"]),
        streets=read["gr_postcodes"].frames["streets"],
        settlements=gpd.GeoDataFrame(read["geonames"].frames["settlements"]),
        area_names=read["gr_census2021_attica"].frames["area_names"],
        population=read["gr_census2021_attica"].frames["population"],
    )
    return attica_registers.generate(inputs, load("gr_attica_synthetic"))
