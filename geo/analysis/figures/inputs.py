"""What an analysis of a region starts from: frames already reduced to places and counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.arrays import Floats, counts
from geo.analysis.whole_numbers import whole_counts
from geo.errors import InvalidInput
from geo.location_classes import POINT_CLASSES
from geo.profiles.shape import PopulationBase

ESTIMATES = [
    *("area_code", "service_type", "sector", "age_band", "source_class", "persons", "rate"),
    *("standard_error", "source_name", "reference_date"),
]


@dataclass(frozen=True)
class Inputs:
    """Municipalities of one region and all that is known of them; no person, no address.

    municipalities: code, name_en, name_el, geometry (EPSG:4326). population: code, persons,
    reference_date, and base (residents, or registered: people by their papers; residents where the
    column is missing), the same in all rows. cells: code, area_code, population, geometry (points).
    services, those open: id, service_type, capacity, offers, area_code, own_area_only (whether it
    serves its municipality only), serves_too (codes of the others that it serves all the same),
    location_class, geometry (point or None). service_states, closed
    ones too: id, area_code, service_type, active, verified_on, capacity, accessible (whether their
    premises are, NA or no column where nobody looked). staff: service_id,
    specialty, head. people, needs, residents, observations, rounds: counts by area_code.
    estimates of need: area_code (or * for a rate of everybody), service_type, sector, age_band,
    source_class, persons or rate, standard_error, source_name, reference_date.
    covered: codes of the municipalities for which a register claims to be complete; outside of
    it an absence is no fact.
    """

    region: str
    as_of: date
    municipalities: gpd.GeoDataFrame
    population: pd.DataFrame
    cells: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    service_states: pd.DataFrame
    staff: pd.DataFrame
    people: pd.DataFrame
    needs: pd.DataFrame
    residents: pd.DataFrame
    observations: pd.DataFrame
    rounds: pd.DataFrame
    covered: frozenset[str]
    estimates: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=ESTIMATES))

    @property
    def codes(self) -> list[str]:
        """Codes of the municipalities, in their order."""
        return [str(code) for code in self.municipalities["code"]]

    def without_places(self) -> Inputs:
        """The same counts, and no point or outline: what another machine needs to know."""
        return replace(
            self,
            municipalities=gpd.GeoDataFrame(self.municipalities.drop(columns="geometry")),
            cells=self.cells.iloc[:0],
            services=gpd.GeoDataFrame(self.services.drop(columns="geometry")),
        )

    def check(self) -> None:
        """Raises InvalidInput for what no figure could be read from, or would silently drop.

        That is: no municipality or one twice, an id or a place that stands twice, rows of places
        that are no municipality of the region, counts that are missing, negative or not whole, and
        services said to be found at a point that they do not have.
        """
        codes = self.codes
        if not codes:
            raise InvalidInput(f"{self.region} has no municipality: load its areas first")
        _once(self.municipalities, ["code"], "municipalities")
        _once(self.population, ["code"], "population")
        _once(self.services, ["id"], "services")
        for name in ("people", "needs", "residents", "observations", "rounds"):
            frame = getattr(self, name)
            keys = [key for key in ("area_code", "service_type") if key in frame]
            _once(frame, keys, name)
            _within(frame["area_code"], codes, name)
            (value,) = (column for column in frame if column not in keys)
            whole_counts(frame[value].astype(float), f"{name}.{value}")
        _within(self.population["code"], codes, "population")
        _within(self.service_states["area_code"], codes, "service_states")
        # Cells elsewhere are never asked for, unless their place claims to have registers.
        asked = self.cells["area_code"].isin(self.covered)
        _within(self.cells.loc[asked, "area_code"], codes, "cells")
        counts(self.cells["population"], "cells.population")
        _within(self.services["area_code"], codes, "services")
        _placed(self.services)
        if self.service_states["active"].isna().any():
            raise InvalidInput("A service of 'service_states' does not say whether it is open")

    def residents_of(self) -> pd.Series:
        """Residents by code; NA where no figure is loaded."""
        persons = self.population.set_index("code")["persons"]
        return persons.reindex(self.codes).astype("Int64")

    @property
    def population_base(self) -> PopulationBase:
        """Whom the population counts: residents, or the people registered there."""
        if "base" not in self.population or self.population.empty:
            return "residents"
        bases = set(self.population["base"])
        if len(bases) > 1:
            raise InvalidInput(
                f"{self.region}: its population counts {' and '.join(sorted(bases))} people.",
                hint="Hand over one of them: sums over both mean nothing.",
            )
        return "registered" if bases == {"registered"} else "residents"

    def is_covered(self) -> NDArray[np.bool_]:
        """For each municipality, whether the registers claim to be complete there."""
        return np.array([code in self.covered for code in self.codes], dtype=np.bool_)

    def counted(self, frame: pd.DataFrame, column: str) -> Floats:
        """Counts per municipality; 0 where a complete register holds none, NaN outside of it."""
        found = frame.set_index("area_code")[column].reindex(self.codes).astype(float)
        return np.where(self.is_covered(), found.fillna(0.0), np.nan)


def _once(frame: pd.DataFrame, keys: list[str], name: str) -> None:
    twice = frame.duplicated(keys)
    if twice.any():
        key = ", ".join(map(str, frame.loc[twice, keys].iloc[0]))
        raise InvalidInput(f"'{name}' holds {key} twice ({int(twice.sum())} rows too many)")


def _within(found: pd.Series, codes: list[str], name: str) -> None:
    strange = ~found.astype(str).isin(codes)
    if strange.any():
        raise InvalidInput(
            f"'{name}' holds {int(strange.sum())} rows of no municipality of the region, such as"
            f" {found[strange].iloc[0]}: leave them out and say how many they were"
        )


def _placed(services: gpd.GeoDataFrame) -> None:
    if "geometry" not in services:  # another machine's inputs have no places
        return
    points = services.geometry
    bare = services["location_class"].isin(POINT_CLASSES) & (points.isna() | points.is_empty)
    if bare.any():
        raise InvalidInput(
            f"'services' holds {int(bare.sum())} said to be found to a point and without one, such as"
            f" {services.loc[bare, 'id'].iloc[0]}: locate them again"
        )


def lonlat(places: gpd.GeoDataFrame) -> Floats:
    """Longitude and latitude (n, 2) in degrees of a frame of points in EPSG:4326."""
    return np.column_stack([places.geometry.x.to_numpy(), places.geometry.y.to_numpy()])
