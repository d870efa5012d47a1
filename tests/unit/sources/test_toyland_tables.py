"""Toyland's tables: every trouble is named with file, row, column, value and remedy."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import CODES, TOYLAND

from geo.errors import InvalidInput, Problem, SourceRejected
from geo.sources.batch import Batch, accept, write_rejects
from geo.sources.census import read_census
from geo.sources.source import load_folder


def load_people(path: Path, *, fixes: bool = False, partial: bool = False) -> Batch:
    source = load_folder(TOYLAND / "toyland_people", fixes=fixes).knowing(CODES)
    return accept(read_census(path, source), source, partial=partial)


def problems_of(name: str) -> list[Problem]:
    with pytest.raises(SourceRejected) as caught:
        load_people(TOYLAND / name)
    return list(caught.value.problems)


@pytest.mark.parametrize("name", ["people.csv", "people_utf8.csv"])
def test_a_good_file_is_read_whatever_its_encoding(name: str) -> None:
    batch = load_people(TOYLAND / name)
    assert batch.counts == {"municipalities": 4, "residents": 33_333, "without_figure": 0}
    names = batch.frames["area_names"].set_index("code")["name_el"]
    assert names["T001"] == "Άνω Πόλη"
    assert batch.frames["area_names"]["name_en"].tolist() == [None] * 4
    people = batch.frames["population"]
    assert set(people["sex"]) == {"total", "men", "women"}
    assert people[people["sex"] == "men"]["persons"].sum() == 6000 + 5000 + 500 + 5001
    assert batch.rejected == ()


def test_utf8_where_another_encoding_is_declared_is_noted() -> None:
    assert any(
        "but the file is UTF-8" in note for note in load_people(TOYLAND / "people_utf8.csv").notes
    )


def test_a_wrong_column_is_named_with_the_one_it_resembles() -> None:
    (problem,) = problems_of("people_wrong_column.csv")
    assert (problem.file, problem.row, problem.column) == ("people_wrong_column.csv", 1, "κάτοικοι")
    assert problem.remedy.startswith("Rename 'κατοικοι' to 'κάτοικοι'")


def test_a_column_given_twice_is_refused() -> None:
    assert any(
        "stands 2 times" in each.problem for each in problems_of("people_twice_a_column.csv")
    )


def test_an_unreadable_encoding_names_the_byte() -> None:
    (problem,) = problems_of("people_unreadable.csv")
    data = (TOYLAND / "people_unreadable.csv").read_bytes()
    assert problem.row == 3
    assert f"byte {data.index(0xD2) + 1} of the file is not cp1253" in problem.problem
    assert problem.value == "d2"
    assert "UTF-8" in problem.remedy


def test_a_duplicate_code_names_both_rows() -> None:
    first, second = problems_of("people_duplicate.csv")
    assert (first.row, second.row) == (2, 3)
    assert first.value == second.value == "T001"
    assert "rows 2 and 3" in first.problem and "--fixes" in first.remedy


def test_a_fix_mends_the_duplicate_and_is_listed() -> None:
    batch = load_people(TOYLAND / "people_duplicate.csv", fixes=True)
    assert sorted(batch.frames["area_names"]["code"]) == sorted(CODES)
    assert any("fixed row 3" in note and "the law that founded it" in note for note in batch.notes)


def test_a_fix_that_fits_nothing_any_more_is_noted() -> None:
    notes = load_people(TOYLAND / "people.csv", fixes=True).notes
    assert any(note.startswith("fix not needed") for note in notes)


def test_unknown_and_malformed_codes_are_named() -> None:
    unknown, malformed = problems_of("people_unknown.csv")
    assert (unknown.row, unknown.value) == (3, "T202")
    assert "unknown code" in unknown.problem
    assert (malformed.row, malformed.value) == (4, "003")
    assert "not a code of this country" in malformed.problem


def test_a_lost_leading_zero_is_recognised(tmp_path: Path) -> None:
    source = load_folder(TOYLAND / "toyland_people").knowing(frozenset({"0101"}))
    path = tmp_path / "people.csv"
    path.write_text("κωδικός;όνομα;κάτοικοι;άνδρες;γυναίκες\n101;Α;2;1;1\n", encoding="utf-8")
    (problem,) = read_census(path, source).rejected
    assert problem.problem == "the code has lost its leading zero"
    assert "Write 0101" in problem.remedy


def test_numbers_written_otherwise_are_refused_not_guessed() -> None:
    point, fraction, word = problems_of("people_decimal_point.csv")
    assert (point.row, point.value) == (3, "9988.5")
    assert "Write 9988,5" in point.remedy
    assert (fraction.row, fraction.problem) == (4, "not a whole number from 0 on")
    assert (word.row, word.value, word.problem) == (5, "δέκα", "not a number")


def test_rows_that_do_not_fit_or_do_not_add_up() -> None:
    fields, sexes, missing = problems_of("people_ragged.csv")
    assert (fields.row, fields.problem) == (3, "the row has 6 fields, the header 5")
    # Row 4 is empty and left out; the numbering goes on as a spreadsheet shows it.
    assert (sexes.row, sexes.problem) == (5, "men and women sum to 1,100")
    assert (missing.row, missing.problem) == (6, "the value is missing")


def test_a_quotation_mark_never_closed_stops_the_load() -> None:
    (problem,) = problems_of("people_open_quote.csv")
    assert problem.row == 3
    assert "quotation mark" in problem.remedy


def test_a_new_column_is_news_not_noise() -> None:
    notes = load_people(TOYLAND / "people_new_column.csv").notes
    assert "columns this source does not know, not read: τηλέφωνο" in notes


def test_nothing_is_loaded_unless_partial_and_then_rejects_come_back(tmp_path: Path) -> None:
    batch = load_people(TOYLAND / "people_duplicate.csv", partial=True)
    assert sorted(batch.frames["area_names"]["code"]) == ["T003", "T004"]
    assert "2 rows rejected and left out" in batch.notes
    path = write_rejects(batch, tmp_path / "rejects.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["όνομα"] for row in rows] == ["Άνω Πόλη", "Κάτω Χώρα"]
    assert all("rows 2 and 3" in row["reason"] for row in rows)
    with pytest.raises(InvalidInput, match="exists already"):
        write_rejects(batch, path)


def test_the_rejected_rows_can_be_mended_and_loaded_again(tmp_path: Path) -> None:
    batch = load_people(TOYLAND / "people_duplicate.csv", partial=True)
    path = write_rejects(batch, tmp_path / "rejects.csv")
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("T001,Κάτω Χώρα", "T002,Κάτω Χώρα"), encoding="utf-8-sig")
    again = load_people(path, partial=True)
    assert again.rejected == ()
    assert sorted(again.frames["area_names"]["code"]) == ["T001", "T002"]
    assert not any("does not know" in note for note in again.notes)


def test_there_is_nothing_to_write_where_nothing_was_rejected(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no row was rejected"):
        write_rejects(load_people(TOYLAND / "people.csv"), tmp_path / "rejects.csv")
