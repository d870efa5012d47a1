"""What an analysis of a region starts from: frames already reduced to places and counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.arrays import Floats


@dataclass(frozen=True)
class Inputs:
    """Municipalities of one region and all that is known of them; no person, no address.

    municipalities: code, name_en, name_el, geometry (EPSG:4326). population: code, persons,
    reference_date. cells: code, area_code, population, geometry (points). services: id,
    service_type, capacity, offers, area_code, geometry (point or None). staff: service_id,
    specialty, head. people, needs, residents, observations, rounds: counts by area_code.
    covered: codes of the municipalities for which a register claims to be complete; outside of
    it an absence is no fact.
    """

    region: str
    as_of: date
    municipalities: gpd.GeoDataFrame
    population: pd.DataFrame
    cells: gpd.GeoDataFrame
    services: gpd.GeoDataFrame
    staff: pd.DataFrame
    people: pd.DataFrame
    needs: pd.DataFrame
    residents: pd.DataFrame
    observations: pd.DataFrame
    rounds: pd.DataFrame
    covered: frozenset[str]

    @property
    def codes(self) -> list[str]:
        """Codes of the municipalities, in their order."""
        return [str(code) for code in self.municipalities["code"]]

    def residents_of(self) -> pd.Series:
        """Residents by code; NA where no figure is loaded."""
        persons = self.population.set_index("code")["persons"]
        return persons.reindex(self.codes).astype("Int64")

    def is_covered(self) -> NDArray[np.bool_]:
        """For each municipality, whether the registers claim to be complete there."""
        return np.array([code in self.covered for code in self.codes], dtype=np.bool_)

    def counted(self, frame: pd.DataFrame, column: str) -> Floats:
        """Counts per municipality; 0 where a complete register holds none, NaN outside of it."""
        found = frame.set_index("area_code")[column].reindex(self.codes).astype(float)
        return np.where(self.is_covered(), found.fillna(0.0), np.nan)


def lonlat(places: gpd.GeoDataFrame) -> Floats:
    """Longitude and latitude (n, 2) in degrees of a frame of points in EPSG:4326."""
    return np.column_stack([places.geometry.x.to_numpy(), places.geometry.y.to_numpy()])
