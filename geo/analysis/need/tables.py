"""Tables of need as they come in: what they are about, and what they must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.need.age_bands import TOTAL, read_band
from geo.errors import InvalidInput
from geo.profiles.shape import SECTORS

SourceClass = Literal["register", "survey", "small_area", "prevalence"]
"""Persons counted in a register, asked in a survey, estimated by a model of small areas, or a
share known from elsewhere times the people who live here."""

NOT_STATED = "not_stated"
"""The sector or age band of a counted need whose record does not say."""

KEYS = ("area_code", "service_type", "sector", "age_band")


@dataclass(frozen=True)
class Group:
    """Whose need of what: a service type, a sector and an age band, each a code or 'total'."""

    service_type: str
    sector: str = TOTAL
    age_band: str = TOTAL


@dataclass(frozen=True)
class Source:
    """Where figures come from: the class, a name that people know, and the day they hold for."""

    kind: SourceClass
    name: str
    date: date


def asked_rows(areas: Sequence[str], groups: Sequence[Group]) -> pd.DataFrame:
    """Every group in every area, group by group."""
    if len(set(areas)) != len(areas) or len(set(groups)) != len(groups):
        raise InvalidInput("An area or a group is asked for twice; name each once")
    for group in groups:
        _check_words(group.sector, group.age_band)
    return pd.DataFrame(
        [
            (area, group.service_type, group.sector, group.age_band)
            for group in groups
            for area in areas
        ],
        columns=list(KEYS),
    )


def _check_words(sector: str, band: str) -> None:
    if sector not in (*SECTORS, TOTAL, NOT_STATED):
        raise InvalidInput(f"Unknown sector '{sector}': one of {', '.join(SECTORS)}")
    if band != NOT_STATED:
        read_band(band)


def checked_table(
    frame: pd.DataFrame,
    areas: Sequence[str],
    keys: Sequence[str],
    value: str,
    source: Source,
    kinds: Sequence[str],
) -> pd.DataFrame:
    """The frame, once each key is whole, asked for and given once and its numbers are there."""
    if source.kind not in kinds:
        raise InvalidInput(f"The source is called '{source.kind}'; here it must be {kinds}")
    absent = [name for name in (*keys, value) if name not in frame.columns]
    if absent:
        raise InvalidInput(f"{source.name}: the column {absent[0]} is missing")
    strange = ~frame["area_code"].isin(set(areas))
    if strange.any():
        code = frame.loc[strange, "area_code"].iloc[0]
        raise InvalidInput(
            f"{source.name}: {int(strange.sum())} rows are of areas not asked for, such as {code}",
            hint="Leave them out and say how many they were.",
        )
    _check_once(frame, keys, source.name)
    column_of_numbers(frame, value)
    if "sector" in keys:
        for sector, band in set(zip(frame["sector"], frame["age_band"], strict=True)):
            _check_words(sector, band)
    return frame


def _check_once(frame: pd.DataFrame, keys: Sequence[str], name: str) -> None:
    twice = frame.duplicated(list(keys))
    if twice.any():
        key = ", ".join(map(str, frame.loc[twice, list(keys)].iloc[0]))
        raise InvalidInput(f"{name}: {key} is given twice; add the rows up or take one out")


def column_of_numbers(frame: pd.DataFrame, column: str) -> Floats:
    """A column without gaps and without negative or infinite numbers."""
    if column not in frame.columns:
        raise InvalidInput(f"The column {column} is missing")
    values = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    wrong = np.flatnonzero(~np.isfinite(values) | (values < 0))
    if wrong.size:
        at = ", ".join(str(frame[key].iloc[wrong[0]]) for key in KEYS if key in frame.columns)
        raise InvalidInput(
            f"'{column}' is missing, negative or no number for {at}",
            hint="Leave a row out where nothing is known; it is then shown as no data.",
        )
    return np.asarray(values, dtype=np.float64)


def whole_counts(column: pd.Series) -> Floats:
    values = column.to_numpy(dtype=float)
    if (values != np.floor(values)).any():
        raise InvalidInput("A register counts whole persons; a count has a fraction")
    return np.asarray(values, dtype=np.float64)


def checked_rates(rates: pd.DataFrame) -> dict[tuple[str, str, str], tuple[float, float]]:
    """By service type, sector and age band the share and its standard error, NaN where none."""
    keys = list(KEYS[1:])
    for name in keys:
        if name not in rates.columns:
            raise InvalidInput(f"The prevalence lacks the column {name}")
    _check_once(rates, keys, "The prevalence")
    share = column_of_numbers(rates, "rate")
    if (share > 1).any():
        raise InvalidInput("A prevalence is above 1; give a share of people, not per cent")
    for sector, band in set(zip(rates["sector"], rates["age_band"], strict=True)):
        _check_words(sector, band)
    error = np.full(share.size, np.nan)
    if "standard_error" in rates.columns:
        error = column_of_numbers(rates, "standard_error")
    groups = zip(*(rates[name] for name in keys), strict=True)
    numbers = zip(share.tolist(), error.tolist(), strict=True)
    return dict(zip(groups, numbers, strict=True))
