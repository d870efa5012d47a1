"""How many people need a service, from registers, surveys or prevalence, and how many are hidden.

Need stands by municipality, service type, sector and age band. Each figure names its source
class, its source and its date: a count and an estimate look alike and are not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.analysis.apportionment import half_up, largest_remainder
from geo.analysis.arrays import Bools, Floats
from geo.analysis.need.age_bands import TOTAL, people_of_band
from geo.analysis.need.tables import (
    KEYS,
    Group,
    Source,
    asked_rows,
    checked_rates,
    checked_table,
    column_of_numbers,
    whole_counts,
)
from geo.errors import InvalidInput
from geo.profiles.shape import SECTORS, ServiceType

UNIT = "persons"

COLUMNS = (
    *KEYS,
    "persons",
    "standard_error",
    "low",
    "high",
    "status",
    "source_class",
    "source",
    "date",
    "unit",
)

NORMAL_95 = 1.959963984540054
"""Standard errors to either side that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Need:
    """People in need, one row an area and group asked for, in that order (columns COLUMNS).

    `persons` whole; `standard_error`, `low` and `high` (95 %, normal, cut at 0) in persons where
    the source has an error. `status` is 'shown', 'no_data' where the source says nothing of the
    area, or 'no_population' where the people to apply a share to are not known: persons is then
    NA, never 0. `left_out`: rows the source has of groups that were not asked
    for or areas it does not cover.
    """

    rows: pd.DataFrame
    left_out: int


def groups_of(
    service_types: Iterable[ServiceType], age_bands: Sequence[str] = (TOTAL,)
) -> tuple[Group, ...]:
    """The groups of service types: their sectors (all six where they name none) by age band."""
    return tuple(
        Group(kind.code, sector, band)
        for kind in service_types
        for sector in kind.sectors or SECTORS
        for band in age_bands
    )


def register_need(
    counted: pd.DataFrame,
    areas: Sequence[str],
    groups: Sequence[Group],
    *,
    covered: Collection[str],
    source: Source,
) -> Need:
    """Persons with an open need as registers count them.

    `counted`: area_code, service_type, sector, age_band, persons (whole). `covered`: the areas
    whose registers claim to be complete; there a row that is missing is 0, everywhere else there
    is no data whatever the register holds, and its rows are counted as left out. A need of unstated sector or age is counted under 'not_stated' and 'total' only, so
    the groups of a service may sum to less than its total, which has to come counted (a person
    with two needs is one person). Raises InvalidInput for rows twice, of areas not asked for,
    unknown sectors, and counts that are missing, negative or not whole.
    """
    table = checked_table(counted, areas, KEYS, "persons", source, ("register",))
    persons = whole_counts(table["persons"])
    asked = asked_rows(areas, groups)
    values = _asked_for(table, persons, asked)
    inside = asked["area_code"].isin(set(covered)).to_numpy()
    values = np.where(inside, np.nan_to_num(values, nan=0.0), np.nan)
    within = table["area_code"].isin(set(covered))
    left_out = int((~within).sum()) + _left_out(table[within], groups)
    return Need(_stated(asked, values, source), left_out)


def survey_need(
    estimates: pd.DataFrame, areas: Sequence[str], groups: Sequence[Group], *, source: Source
) -> Need:
    """Estimates of a survey or of a model of small areas, with their standard errors.

    `estimates`: area_code, service_type, sector, age_band, persons, standard_error (persons).
    Persons are made whole by largest remainder within each group, so that a group's areas still
    sum to its rounded total. An area without a row is no data. Raises InvalidInput as
    `register_need`, for fractions not, and for a missing or negative standard error.
    """
    table = checked_table(estimates, areas, KEYS, "persons", source, ("survey", "small_area"))
    asked = asked_rows(areas, groups)
    persons, error = (
        _asked_for(table, column_of_numbers(table, name), asked)
        for name in ("persons", "standard_error")
    )
    return Need(_stated(asked, persons, source, error), _left_out(table, groups))


def prevalence_need(
    population: pd.DataFrame,
    rates: pd.DataFrame,
    areas: Sequence[str],
    groups: Sequence[Group],
    *,
    source: Source,
) -> Need:
    """Need = prevalence x population of the group's age band, in whole persons.

    `population`: area_code, age_band, persons. `rates`: service_type, sector, age_band, rate (a
    share, 0 to 1), optionally standard_error (of the share). A band that the population does not
    have is put together from finer ones that fill it exactly. Rounding: within a group the sum
    over its areas is rounded, a half upwards, and every area gets its whole part; what is left
    goes, one apiece, to the largest remainders, equal ones in the order of the area codes. So
    regional totals hold and nobody is off by one or more. A share's error is the same error in
    every area: it does not cancel out in their sum. `source` names both the share's source and
    the population's; its date is the population's.

    A group without a rate is no data, an area without people of that band 'no_population'. Raises
    InvalidInput for rows twice, of areas not asked for, missing or negative numbers, a rate above
    1, or bands that overlap.
    """
    living = checked_table(
        population, areas, ("area_code", "age_band"), "persons", source, ("prevalence",)
    )
    shares = checked_rates(rates)
    asked = asked_rows(areas, groups)
    people: dict[str, Floats] = {
        band: people_of_band(living, band, areas) for band in {group.age_band for group in groups}
    }
    size = len(areas)
    persons, error = (np.full(len(asked), np.nan) for _ in range(2))
    rated = np.zeros(len(asked), dtype=np.bool_)
    for at, group in enumerate(groups):
        key = (group.service_type, group.sector, group.age_band)
        if key in shares:
            rate, deviation = shares[key]
            here = slice(at * size, (at + 1) * size)
            persons[here] = rate * people[group.age_band]
            error[here] = deviation * people[group.age_band]
            rated[here] = True
    rows = _stated(asked, persons, source, error, unpeopled=rated & np.isnan(persons))
    return Need(rows, _left_out(rates, groups))


def first_with_data(tables: Sequence[Need]) -> Need:
    """One figure an area and group: that of the first table that has one.

    All tables must ask for the same areas and groups in the same order. Where none has data the
    row is the first table's. Raises InvalidInput otherwise.
    """
    if not tables:
        raise InvalidInput("Needs one table of need or more")
    made = tables[0].rows
    for table in tables[1:]:
        _same(made, table.rows)
        better = (made["status"] != "shown") & (table.rows["status"] == "shown")
        made = made.where(~better, table.rows)
    return Need(made, sum(table.left_out for table in tables))


@dataclass(frozen=True)
class HiddenNeed:
    """People in need of whom no register knows, one row an area and group.

    Columns: KEYS, then in persons estimate, registered, hidden, low, high and excess; status;
    estimate_class, estimate_source, estimate_date, register_source, register_date; unit. `status`
    is 'shown'; 'register_exceeds_estimate': hidden is 0 because the register holds `excess`
    people more than the estimate, which is then too low or the register out of date;
    'no_estimate' or 'no_register': hidden is NA. `low` and `high` carry the estimate's 95 %
    interval; they are NA where it has none.
    """

    rows: pd.DataFrame


def hidden_need(estimate: Need, register: Need) -> HiddenNeed:
    """hidden = estimate - register, and where that is below 0, 0 and the reason.

    Both tables ask for the same areas and groups in the same order. Raises InvalidInput where
    they do not, or where either is of the wrong class.
    """
    _same(estimate.rows, register.rows)
    if (estimate.rows["source_class"] == "register").any():
        raise InvalidInput("A register cannot estimate what registers do not know")
    if (register.rows["source_class"] != "register").any():
        raise InvalidInput("Hidden need is what is beyond a register; the second table is none")
    likely, known = estimate.rows["persons"], register.rows["persons"]
    beyond = likely - known
    rows = estimate.rows[list(KEYS)].copy()
    rows["estimate"], rows["registered"] = likely, known
    rows["hidden"] = beyond.clip(lower=0)
    for bound in ("low", "high"):
        rows[bound] = (estimate.rows[bound] - known).clip(lower=0)
    rows["excess"] = (-beyond).clip(lower=0)
    rows["status"] = np.select(
        [likely.isna(), known.isna(), (beyond < 0).fillna(False).to_numpy(dtype=bool)],
        ["no_estimate", "no_register", "register_exceeds_estimate"],
        "shown",
    )
    rows["estimate_class"] = estimate.rows["source_class"]
    for word, table in (("estimate", estimate.rows), ("register", register.rows)):
        rows[f"{word}_source"], rows[f"{word}_date"] = table["source"], table["date"]
    rows["unit"] = UNIT
    return HiddenNeed(rows)


def _stated(
    asked: pd.DataFrame,
    persons: Floats,
    source: Source,
    error: Floats | None = None,
    *,
    unpeopled: Bools | None = None,
) -> pd.DataFrame:
    """The rows with whole persons, interval, status and where they come from."""
    known = ~np.isnan(persons)
    missing = np.zeros(len(asked), dtype=np.bool_) if unpeopled is None else unpeopled
    rows = asked.copy()
    rows["persons"] = pd.Series(_whole_by_group(asked, persons), dtype="Int64")
    spread = np.full(len(asked), np.nan) if error is None else np.where(known, error, np.nan)
    sides = NORMAL_95 * spread
    rows["standard_error"] = _optional(spread)
    rows["low"] = _optional(np.maximum(0.0, persons - sides))
    rows["high"] = _optional(persons + sides)
    rows["status"] = np.select([known, missing], ["shown", "no_population"], "no_data")
    rows["source_class"], rows["source"], rows["date"] = source.kind, source.name, source.date
    rows["unit"] = UNIT
    return rows[list(COLUMNS)]


def _asked_for(table: pd.DataFrame, values: Floats, asked: pd.DataFrame) -> Floats:
    """The values of the table's rows that are asked for; NaN where it has none."""
    found = pd.Series(values, index=pd.MultiIndex.from_frame(table[list(KEYS)]))
    wanted = found.reindex(pd.MultiIndex.from_frame(asked[list(KEYS)]))
    return np.asarray(wanted.to_numpy(), dtype=np.float64)


def _left_out(table: pd.DataFrame, groups: Sequence[Group]) -> int:
    given = zip(table["service_type"], table["sector"], table["age_band"], strict=True)
    wanted = {(group.service_type, group.sector, group.age_band) for group in groups}
    return sum(key not in wanted for key in given)


def _whole_by_group(asked: pd.DataFrame, persons: Floats) -> list[int | None]:
    """Largest remainder within each group, in the order of the area codes."""
    made: NDArray[np.object_] = np.full(len(asked), None, dtype=object)
    codes = asked["area_code"].to_numpy(dtype=object)
    size = max(1, asked["area_code"].nunique())
    for places in np.arange(len(asked)).reshape(-1, size):
        known = places[~np.isnan(persons[places])]
        ordered = known[np.argsort(codes[known])]
        expected = persons[ordered]
        made[ordered] = largest_remainder(expected, half_up(float(expected.sum())))
    return [None if value is None else int(value) for value in made]


def _optional(values: Floats) -> pd.Series:
    """Numbers that may be missing: NA, never NaN."""
    return pd.Series([None if np.isnan(value) else value for value in values], dtype="Float64")


def _same(first: pd.DataFrame, second: pd.DataFrame) -> None:
    if not first[list(KEYS)].equals(second[list(KEYS)]):
        raise InvalidInput("Tables of need must ask for the same areas and groups in one order")
