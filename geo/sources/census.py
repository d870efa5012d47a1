"""Reads counts of residents by area, total and by sex, from one delimited table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from geo.errors import SettingsError
from geo.sources.batch import Batch
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum
from geo.sources.tables import read_table, whole_numbers

SEXES = {"residents": "total", "men": "men", "women": "women"}


def read_census(
    path: Path, source: Source, *, before: Callable[[Rows], None] | None = None
) -> Batch:
    """Frames `population` (all ages) and `area_names` from one row an area.

    The mapping must name code and residents; names in any language (name_el, name_pl),
    parent_code, men and women are taken where mapped. `[parameters]` may say `base`: residents,
    or registered where people count where their papers are; and `empty = "no_data"`: a row without
    a figure is then left out and named, and refused if not. `before` may mend the rows first.
    Counts: municipalities (rows in the file), residents (sum of the rows that are good),
    without_figure. Raises SourceRejected where the file cannot be used at all.
    """
    rows = read_table(path, source)
    if before is not None:
        before(rows)
    codes = rows.check_codes("code")
    total = len(rows.frame)
    without = _leave_out_empty(rows)
    codes = codes.drop(without)
    persons = {
        sex: whole_numbers(rows, name) for name, sex in SEXES.items() if name in source.columns
    }
    _check_sexes(rows, persons)
    good = rows.good()
    counts = {
        "municipalities": total,
        "residents": int(persons["total"].loc[good].sum()),
        "without_figure": len(without),
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


def _leave_out_empty(rows: Rows) -> pd.Index[int]:
    """Take away the rows without a figure, where the source says that this is no mistake."""
    if rows.source.parameters.get("empty") != "no_data":
        return rows.frame.index[:0]
    empty = rows.frame.index[rows.texts("residents") == ""]
    left_out = [int(row) for row in empty if not rows.refused(int(row))]
    if left_out:
        codes = ", ".join(rows.texts("code").loc[left_out])
        rows.notes.append(f"{len(left_out):,} areas without a figure, which is not zero: {codes}")
        rows.frame = rows.frame.drop(index=left_out)
    return pd.Index(left_out)


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
                "base": source.parameters.get("base", "residents"),
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
    named = [name for name in rows.source.columns if name.startswith("name_")]
    for name in dict.fromkeys(("name_el", "name_en", "parent_code", *named)):
        mapped = name in rows.source.columns
        frame[name] = rows.texts(name).loc[codes.index] if mapped else None
    return frame.reset_index(drop=True)
