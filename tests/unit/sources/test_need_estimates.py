"""Estimates of need as they come in: what is read, and what is refused, row by row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.errors import InvalidInput, SourceRejected
from geo.sources.batch import Batch, read_with
from geo.sources.source import load

HEAD = (
    "area_code,service_type,sector,age_band,persons,rate,standard_error,source_class,source,date\n"
)
GOOD = "4501,home_help,,,1200,,85.5,survey,Household survey,2025-05-31\n"
RATE = "*,home_help,older,,,0.011,,prevalence,A paper,2024-01-01\n"


def read(folder: Path, *rows: str) -> Batch:
    file = folder / "estimates.csv"
    file.write_text(HEAD + "".join(rows), encoding="utf-8")
    facts = load("need_estimates").of_country("gr")
    return read_with(replace(facts, known_codes=frozenset({"4501", "4502"})), file)


def test_what_is_empty_is_total_or_unknown(tmp_path: Path) -> None:
    made = read(tmp_path, GOOD, RATE).frames["need_estimates"]
    first, second = made.to_dict("records")
    assert (first["sector"], first["age_band"], first["persons"]) == ("total", "total", 1200)
    assert (first["standard_error"] == 85.5 and first["rate"] is None) or first["rate"] != first[
        "rate"
    ]
    assert first["reference_date"] == date(2025, 5, 31)
    assert (second["area_code"], second["sector"], second["rate"]) == ("*", "older", 0.011)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (GOOD.replace("1200", "-3"), "not a number from 0 on"),
        (GOOD.replace("1200", "many"), "not a number from 0 on"),
        (GOOD.replace("1200", ""), "has 'persons' and no 'rate'"),
        (GOOD.replace("1200,,", "1200,0.1,"), "has 'persons' and no 'rate'"),
        (GOOD.replace("home_help", "helping"), "unknown word"),
        (GOOD.replace("survey,H", "guess,H"), "unknown word"),
        (GOOD.replace("home_help,,", "home_help,aliens,"), "unknown word"),
        (GOOD.replace("home_help,,,", "home_help,,65-18,"), "no age band"),
        (GOOD.replace("Household survey", ""), "nobody is named"),
        (GOOD.replace("2025-05-31", "31/5/2025"), "not a day"),
        (GOOD.replace("4501", "9999"), "no area loaded has it"),
        (GOOD.replace("4501", "*"), "not of this class"),
        (RATE.replace("*", "4501"), "not of this class"),
        (RATE.replace("0.011", "1.1"), "over 1"),
        (RATE.replace("older,,", "older,65+,"), "a rate of an age band"),
    ],
)
def test_a_broken_row_is_refused_with_its_place(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(SourceRejected) as caught:
        read(tmp_path, GOOD.replace("4501", "4502"), row)
    (problem,) = caught.value.problems
    assert says in problem.problem and problem.row == 3 and problem.remedy


def test_a_group_twice_is_refused_in_both_rows(tmp_path: Path) -> None:
    with pytest.raises(SourceRejected) as caught:
        read(tmp_path, GOOD, GOOD.replace("1200", "900"))
    assert [problem.row for problem in caught.value.problems] == [2, 3]


def test_without_a_file_it_says_what_to_do() -> None:
    with pytest.raises(InvalidInput, match="needs a file"):
        read_with(load("need_estimates").of_country("gr"), None)
