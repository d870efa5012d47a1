"""Reads counts of residents by area, total and by sex, from one delimited table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.errors import SettingsError
from geo.sources.batch import Batch
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum
from geo.sources.tables import read_table, whole_numbers

SEXES = {"residents": "total", "men": "men", "women": "women"}


def read_census(path: Path, source: Source) -> Batch:
    """Frames `population` (base residents, all ages) and `area_names` from one row an area.

    The mapping must name code and residents; name_el, name_en, parent_code, men and women are
    taken where mapped. Counts: municipalities (rows in the file) and residents (sum of the rows
    that are good). Raises SourceRejected where the file cannot be used at all.
    """
    rows = read_table(path, source)
    codes = rows.check_codes("code")
    persons = {
        sex: whole_numbers(rows, name) for name, sex in SEXES.items() if name in source.columns
    }
    _check_sexes(rows, persons)
    good = rows.good()
    counts = {
        "municipalities": len(rows.frame),
        "residents": int(persons["total"].loc[good].sum()),
    }
    return Batch(
        source_id=source.id,
        frames={
            "population": _population(codes.loc[good], persons, source),
            "area_names": _area_names(rows, codes.loc[good]),
        },
        counts=counts,
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(path),
    )


def _check_sexes(rows: Rows, persons: dict[str, pd.Series[int]]) -> None:
    if not {"men", "women"} <= persons.keys():
        return
    wrong = (persons["men"] + persons["women"] != persons["total"]).fillna(False)
    for row in rows.frame.index[wrong]:
        rows.reject(
            int(row),
            "residents",
            f"men and women sum to {persons['men'][row] + persons['women'][row]:,}",
            "Correct the figure that is wrong.",
        )


def _population(
    codes: pd.Series[str], persons: dict[str, pd.Series[int]], source: Source
) -> pd.DataFrame:
    if source.reference_date is None:
        raise SettingsError(f"{source.id}/source.toml names no reference_date.")
    parts = [
        pd.DataFrame(
            {
                "code": codes.to_numpy(),
                "reference_date": source.reference_date,
                "base": "residents",
                "sex": sex,
                "age_band": "total",
                "persons": counted.loc[codes.index].astype("int64").to_numpy(),
            }
        )
        for sex, counted in persons.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _area_names(rows: Rows, codes: pd.Series[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"code": codes})
    for name in ("name_el", "name_en", "parent_code"):
        mapped = name in rows.source.columns
        frame[name] = rows.texts(name).loc[codes.index] if mapped else None
    return frame.reset_index(drop=True)
