"""How many people may need a service by estimates, and how many of them no register knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from geo.analysis.arrays import Floats
from geo.analysis.figures.inputs import Inputs
from geo.analysis.figures.rows import COLUMNS, figures, joined, with_total
from geo.analysis.need import Need, first_with_data, prevalence_need, survey_need
from geo.analysis.need.age_bands import TOTAL, read_band
from geo.analysis.need.tables import Group, Source
from geo.errors import InvalidInput

CLASS_WORDS = {
    "survey": {"en": "survey", "el": "έρευνα"},
    "small_area": {"en": "model of small areas", "el": "μοντέλο μικρών περιοχών"},
    "prevalence": {"en": "rate times residents", "el": "ποσοστό επί τους κατοίκους"},
}
STATED = {
    "en": "{source_class}: {source}, {date}.",
    "el": "{source_class}: {source}, {date}.",
}
OF_THEM = {"en": " Of groups: {groups}.", "el": " Ανά ομάδα: {groups}."}
EXCEEDED = {
    "en": "The register holds more people than the estimate: that is too low, or the register out of"
    " date.",
    "el": "Το μητρώο έχει περισσότερα άτομα από την εκτίμηση: αυτή είναι πολύ χαμηλή ή το μητρώο"
    " δεν είναι ενήμερο.",
}
Names = Mapping[str, Mapping[str, str]]


def estimated_figures(
    inputs: Inputs, service_type: str, needs: Floats, sectors: Names
) -> pd.DataFrame:
    """Rows of `need_estimated` and `hidden_need` of a service type; none where nobody estimated it.

    `needs` (k,) are the persons whom registers count, NaN where none is complete; `sectors` names
    of sectors by language. Of several estimates a municipality has the newest of the first class
    it has any of: survey, model of small areas, rate. Where nobody estimated all ages together the
    age bands are summed. low and high are the estimate's 95 % interval, less the register's count
    for the hidden need, cut at 0.
    """
    given = inputs.estimates[inputs.estimates["service_type"] == service_type]
    if given.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    whole = _need(inputs, service_type, _whole(given)).rows
    estimate = whole[["persons", "low", "high"]].to_numpy(dtype=float, na_value=np.nan).T
    why = [
        dict(EXCEEDED) if count > persons else {}
        for count, persons in zip(needs, estimate[0], strict=True)
    ]
    of_estimate = max(given["reference_date"]).strftime("%Y-%m")
    of_register = inputs.as_of.strftime("%Y-%m")
    told = _sentences(inputs, service_type, whole, given, sectors)
    named = {
        "need_estimated": (of_estimate, estimate, told),
        "hidden_need": (of_register, hidden(estimate, needs), why),
    }
    return joined(
        [
            with_total(
                figures(
                    name,
                    inputs.codes,
                    period,
                    values=numbers[0],
                    low=numbers[1],
                    high=numbers[2],
                    breakdown=service_type,
                    explanations=sentences,
                ),
                inputs.region,
            )
            for name, (period, numbers, sentences) in named.items()
        ]
    )


def hidden(estimates: Floats, counted: Floats) -> Floats:
    """max(0, estimate - counted) of values, lows and highs (3, n); NaN where either is unknown."""
    beyond: Floats = np.maximum(estimates - counted[None, :], 0.0)
    return beyond


def _whole(given: pd.DataFrame) -> pd.DataFrame:
    """Rows of all ages and sectors: as given, else the sum of age bands that fill them."""
    rows = given[given["sector"] == TOTAL]
    made = [rows[rows["age_band"] == TOTAL]]
    keys = ["source_class", "source_name", "reference_date", "area_code"]
    have = set(map(tuple, made[0][["source_class", "area_code"]].to_numpy()))
    each: Any = rows[rows["age_band"] != TOTAL].groupby(keys)
    for key, bands in each:
        spans = sorted(read_band(str(band)) for band in bands["age_band"])
        fills = spans[0][0] == 0 and spans[-1][1] == read_band(TOTAL)[1]
        fills &= all(one[1] == other[0] for one, other in pairwise(spans))
        if (key[0], key[3]) in have or not fills:
            continue
        # Errors of bands are independent draws: their squares add up. One unknown, none known.
        error = float(np.sqrt((bands["standard_error"].astype(float) ** 2).sum(skipna=False)))
        first = bands.iloc[[0]].assign(age_band=TOTAL, standard_error=error)
        made.append(first.assign(persons=bands["persons"].astype(float).sum()))
    return pd.concat(made)


def _need(inputs: Inputs, service_type: str, rows: pd.DataFrame) -> Need:
    """One estimate a municipality, by class and then by age of the estimate."""
    groups = [Group(service_type)]
    tables = []
    order = {name: number for number, name in enumerate(CLASS_WORDS)}
    each: Any = rows.groupby(["source_class", "source_name", "reference_date"])
    found = sorted(
        each,
        key=lambda one: (order[one[0][0]], -one[0][2].toordinal(), one[0][1]),
    )
    for (kind, name, day), table in found:
        source = Source(kind, str(name), day)
        if kind == "prevalence":
            tables.append(_by_rate(inputs, table, groups, source))
        else:
            tables.append(_by_survey(inputs, table, groups, source))
    if not tables:
        nothing = Source("survey", "", inputs.as_of)
        tables.append(_by_survey(inputs, rows.iloc[:0], groups, nothing))
    return first_with_data(tables)


def _by_survey(
    inputs: Inputs, table: pd.DataFrame, groups: Sequence[Group], source: Source
) -> Need:
    told = table.assign(persons=table["persons"].astype(float))
    errors = told["standard_error"].astype(float)
    made = survey_need(
        told.assign(standard_error=errors.fillna(0.0)), inputs.codes, groups, source=source
    )
    unknown = set(told.loc[errors.isna(), "area_code"])
    rows = made.rows.copy()
    # Without a standard error there is no interval, which is not one of no width.
    rows.loc[rows["area_code"].isin(unknown), ["standard_error", "low", "high"]] = pd.NA
    return Need(rows, made.left_out)


def _by_rate(inputs: Inputs, table: pd.DataFrame, groups: Sequence[Group], source: Source) -> Need:
    residents = inputs.residents_of().dropna().astype(float)
    people = pd.DataFrame(
        {"area_code": residents.index, "age_band": TOTAL, "persons": residents.to_numpy()}
    )
    rates = table[["service_type", "sector", "age_band"]].assign(rate=table["rate"].astype(float))
    errors = table["standard_error"].astype(float)
    if errors.notna().all():
        rates = rates.assign(standard_error=errors)
    return prevalence_need(people, rates, inputs.codes, groups, source=source)


def _sentences(
    inputs: Inputs, service_type: str, whole: pd.DataFrame, given: pd.DataFrame, sectors: Names
) -> list[dict[str, str]]:
    """Who estimated each municipality's figure, and how many of which groups."""
    parts = given[(given["sector"] != TOTAL) | (given["age_band"] != TOTAL)]
    of_area = {str(code): rows for code, rows in parts.groupby("area_code")}
    told: list[dict[str, str]] = []
    for code, row in zip(inputs.codes, whole.to_dict("records"), strict=True):
        if row["status"] != "shown":
            told.append({})
            continue
        told.append(
            {
                language: STATED[language].format(
                    source_class=CLASS_WORDS[row["source_class"]][language].capitalize(),
                    source=row["source"],
                    date=_day(row["date"]),
                )
                + _groups(of_area.get(code), sectors, language)
                for language in STATED
            }
        )
    return told


def _groups(rows: pd.DataFrame | None, sectors: Names, language: str) -> str:
    if rows is None:
        return ""
    said = []
    for row in rows.to_dict("records"):
        names = sectors.get(row["sector"], {})
        sector = "" if row["sector"] == TOTAL else names.get(language) or names.get("en", "")
        band = "" if row["age_band"] == TOTAL else str(row["age_band"])
        said.append(f"{', '.join(part for part in (sector, band) if part)}: {row['persons']:.0f}")
    return OF_THEM[language].format(groups="; ".join(said))


def _day(day: object) -> str:
    if not isinstance(day, date):
        raise InvalidInput(f"An estimate's day is not known: {day!r}")
    return day.isoformat()
