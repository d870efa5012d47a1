"""Another population than the snapshot's: what a scenario says of it, and the frames it gives."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import InvalidInput
from geo.plans.scenario import Population


def with_population(
    asked: Population, population: pd.DataFrame, cells: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """The population by municipality and the cells as a scenario states them; both stay as given.

    A factor goes to every municipality, half a person rounded up; persons to those that are named.
    The residents of a municipality's cells change in proportion, so that nobody moves within it.
    People registered somewhere live anywhere: under another base the cells stay as they are.
    Need does not change with either. Raises InvalidInput for a municipality without a population to
    change, and for a base that is stated for a part of them.
    """
    codes = population["code"].astype(str)
    persons = population["persons"].astype("Int64")
    before = persons.fillna(0).to_numpy(dtype=float)
    if asked.factor is not None:
        grown = pd.Series(np.floor(before * asked.factor + 0.5), index=population.index)
        changed = population.assign(persons=grown.astype("Int64").where(persons.notna()))
        return changed, cells.assign(population=cells["population"] * asked.factor)
    known = set(codes[before > 0])
    strange = sorted(set(asked.persons) - known)
    if strange:
        raise InvalidInput(
            f"This snapshot has no population of '{strange[0]}' that could be another.",
            hint="Name municipalities of its region whose population is known.",
        )
    missing = sorted(known - set(asked.persons))
    counted = set(population["base"]) if "base" in population else {"residents"}
    other_base = asked.base is not None and counted != {asked.base}
    if other_base and missing:
        raise InvalidInput(
            f"The scenario counts {asked.base} people, but says nothing of '{missing[0]}'"
            f" ({len(missing)} municipalities in all).",
            hint="State them for every municipality: sums over two kinds of people mean nothing.",
        )
    stated = codes.map(dict(asked.persons)).astype("Int64")
    changed = population.assign(persons=stated.fillna(persons))
    if other_base:
        return changed.assign(base=asked.base), cells
    ratio = {
        code: people / before[(codes == code).to_numpy()].sum()
        for code, people in asked.persons.items()
    }
    times = cells["area_code"].astype(str).map(ratio).fillna(1.0).to_numpy(dtype=float)
    return changed, cells.assign(population=cells["population"] * times)
