"""What an analysis of a region starts from, as the registers hold it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy.engine import Connection

from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.refuges import without_exact_places
from geo.analysis.norms.functional import premises_accessible
from geo.errors import NotFound
from geo.profiles import profile
from geo.profiles.shape import Profile
from geo.registers.agencies import store as agencies
from geo.registers.areas import store as areas
from geo.registers.people import store as people
from geo.registers.streetwork import store as streetwork


def country_of(found: gpd.GeoDataFrame) -> str:
    """The country of a region's areas, which says whose norms and services count."""
    return str(found["country"].iloc[0])


def gathered(connection: Connection, region: str, found: gpd.GeoDataFrame) -> Inputs:
    municipalities = found[found["level"] == "municipality"].reset_index(drop=True)
    codes = [str(code) for code in municipalities["code"]]
    sources = areas.sources(connection)
    registers = sources[sources["scope"].notna()]
    covered = {
        code
        for code, parent in zip(codes, municipalities["parent_code"], strict=True)
        if parent in set(registers["scope"])
    }
    dates = registers["reference_date"].dropna()
    counted = people.counts_by_area(connection, codes) | streetwork.counts_by_area(
        connection, codes
    )
    population = areas.population(connection, codes)
    known = [*dates, *population["reference_date"].dropna()]
    if not known:
        raise NotFound(
            f"Nothing is known of the people of {region}: neither a population nor a register.",
            hint="Load a population first: `needsmap source list` says which sources have one.",
        )
    country = profile.load(country_of(found))
    cells = areas.cells(connection, codes)
    # Before anything is computed: nothing of what follows can tell where a refuge stands.
    services = without_exact_places(agencies.services(connection, codes), cells)
    as_of: date = max(dates) if len(dates) else max(known)
    return Inputs(
        region=region,
        as_of=as_of,
        municipalities=municipalities,
        population=population,
        cells=cells,
        services=_with_areas_served(services, country, agencies.shared_services(connection, as_of)),
        service_states=_with_access(agencies.service_states(connection, codes)),
        staff=agencies.staff(connection, as_of),
        covered=frozenset(covered),
        estimates=areas.need_estimates(connection, country_of(found), codes),
        **counted,
    )


def _with_access(states: pd.DataFrame) -> pd.DataFrame:
    """Services with whether their premises are accessible, NA where nobody looked at all of it."""
    looked_at = [premises_accessible(premises) for premises in states["premises"]]
    return states.drop(columns="premises").assign(accessible=pd.array(looked_at, dtype="boolean"))


def _with_areas_served(
    services: gpd.GeoDataFrame, country: Profile, shared: Mapping[Any, list[str]]
) -> gpd.GeoDataFrame:
    """Services with whether they serve their own municipality only, as its own bodies do, and the
    municipalities that they serve too by a recorded cooperation."""
    forms = services["legal_form"].map(country.legal_forms)
    return services.assign(
        own_area_only=[form is not None and form.municipal for form in forms],
        serves_too=[shared.get(one, []) for one in services["id"]],
    )
