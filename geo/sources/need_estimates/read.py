"""Reads estimates of need: persons by municipality, or rates that hold for everybody."""

from __future__ import annotations

import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import InvalidInput
from geo.profiles import profile
from geo.profiles.shape import SECTORS
from geo.sources.batch import Batch
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum
from geo.sources.tables import read_table

TOTAL = "total"
EVERYWHERE = "*"
CLASSES = ("survey", "small_area", "prevalence")
KEYS = ["area_code", "service_type", "sector", "age_band", "source_class"]


def read(path: Path | None, source: Source) -> Batch:
    """Frame `need_estimates`, one row of the file each.

    Of class survey or small_area: `persons` of a municipality. Of class prevalence: `rate`, a share
    of everybody, for all municipalities (area_code *). An empty sector or age band is 'total', an
    empty standard error is not known. Rows with an unknown word, a number that is negative or no
    number, a share over 1, or of a group that stands twice are refused.
    """
    if path is None:
        raise InvalidInput(
            f"{source.id} needs a file.", hint=f"needsmap source load {source.id} PATH --country gr"
        )
    rows = read_table(path, source)
    made = pd.DataFrame(
        {
            "area_code": rows.texts("area_code"),
            "service_type": rows.texts("service_type"),
            "sector": rows.texts("sector").replace("", TOTAL),
            "age_band": rows.texts("age_band").replace("", TOTAL),
            "persons": _numbers(rows, "persons"),
            "rate": _numbers(rows, "rate"),
            "standard_error": _numbers(rows, "standard_error"),
            "source_class": rows.texts("source_class"),
            "source_name": rows.texts("source"),
            "reference_date": _days(rows),
        },
        index=rows.frame.index,
    )
    _check_words(rows, made)
    _check_figures(rows, made)
    _check_once(rows, made)
    good = rows.good()
    return Batch(
        source_id=source.id,
        frames={"need_estimates": made.loc[good].reset_index(drop=True)},
        counts={"estimates": len(good)},
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )


def _numbers(rows: Rows, name: str) -> pd.Series[float]:
    """A column of numbers from 0 on that may be empty, which is not zero."""
    made: dict[int, float] = {}
    for row, text in rows.texts(name).items():
        if text == "":
            continue
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if math.isfinite(number) and number >= 0:
            made[int(str(row))] = number
            continue
        rows.reject(int(str(row)), name, "not a number from 0 on", "Correct it, or leave it empty.")
    return pd.Series(made, index=rows.frame.index, dtype=float)


def _days(rows: Rows) -> pd.Series[date]:
    made: dict[int, date] = {}
    for row, text in rows.texts("date").items():
        try:
            made[int(str(row))] = date.fromisoformat(text)
        except ValueError:
            rows.reject(int(str(row)), "date", "not a day", "Write it like 2025-12-31.")
    return pd.Series(made, index=rows.frame.index, dtype=object)


def _check_words(rows: Rows, made: pd.DataFrame) -> None:
    country = profile.load(rows.source.country)
    types = {kind.code for kind in country.demand_types()}
    allowed = {"service_type": types, "sector": {*SECTORS, TOTAL}, "source_class": set(CLASSES)}
    for name, words in allowed.items():
        for row in made.index[~made[name].isin(words)]:
            remedy = f"One of: {', '.join(sorted(words))}."
            rows.reject(int(row), name, "unknown word", remedy, str(made.at[row, name]))
    for row, band in made["age_band"].items():
        if not _is_band(str(band)):
            remedy = "Write it like 0-17, 65+ or total."
            rows.reject(int(str(row)), "age_band", "no age band", remedy)
    for row in made.index[made["source_name"] == ""]:
        rows.reject(int(row), "source", "nobody is named", "Say who made the estimate.")
    known = rows.source.known_codes
    for row, code in made["area_code"].items():
        if code != EVERYWHERE and known is not None and code not in known:
            remedy = "Correct the code, or load the municipalities first."
            rows.reject(int(str(row)), "area_code", "unknown code: no area loaded has it", remedy)


def _is_band(word: str) -> bool:
    closed = re.fullmatch(r"(\d{1,3})-(\d{1,3})", word, re.ASCII)
    if closed:
        return int(closed[1]) <= int(closed[2])
    return word == TOTAL or re.fullmatch(r"\d{1,3}\+", word, re.ASCII) is not None


def _check_figures(rows: Rows, made: pd.DataFrame) -> None:
    told: Any = made.loc[rows.good()].to_dict("index")
    for row, given in told.items():
        rate = given["source_class"] == "prevalence"
        wanted, other = ("rate", "persons") if rate else ("persons", "rate")
        if math.isnan(given[wanted]) or not math.isnan(given[other]):
            rows.reject(
                row,
                wanted,
                f"a row of class {given['source_class']} has '{wanted}' and no '{other}'",
                "Fill in the one and empty the other.",
            )
        elif rate and given["rate"] > 1:
            rows.reject(row, "rate", "over 1", "Give a share of people, not per cent.")
        elif rate != (given["area_code"] == EVERYWHERE):
            remedy = f"A rate holds everywhere ({EVERYWHERE}), persons are of one municipality."
            rows.reject(row, "area_code", "not of this class", remedy)
        elif rate and given["age_band"] != TOTAL:
            remedy = "Residents are loaded for all ages together: give a rate of everybody."
            rows.reject(row, "age_band", "a rate of an age band", remedy)


def _check_once(rows: Rows, made: pd.DataFrame) -> None:
    good = made.loc[rows.good()]
    for row in good.index[good.duplicated(KEYS, keep=False)]:
        rows.reject(int(row), None, "the same group stands twice", "Keep one of the rows.")
