"""Where a table begins is found as a person would."""

from __future__ import annotations

import pytest

from geo.files.header import find_header, named
from geo.files.refused import FileRefused


def test_the_first_row_of_a_plain_table() -> None:
    layout = find_header([["name", "places"], ["A", "1"], ["B", "2"]])
    assert (layout.names, layout.header_rows, layout.data_from) == (("name", "places"), (1,), 2)
    assert layout.skipped == {}


def test_titles_and_blank_rows_before_it_are_told() -> None:
    layout = find_header(
        [["Register of centres"], [], ["name", "town", "places"], ["A", "X", "1"], ["B", "Y", "2"]]
    )
    assert layout.header_rows == (3,)
    assert layout.skipped == {1: "title", 2: "blank"}
    assert layout.data_from == 4


def test_two_rows_of_names_become_one() -> None:
    rows = [
        ["county", "deaths", "", "births"],
        ["", "all", "infants", ""],
        ["X", "12", "1", "14"],
    ]
    layout = find_header(rows)
    assert layout.names == ("county", "deaths / all", "deaths / infants", "births")
    assert layout.header_rows == (1, 2)


def test_names_merged_downwards_are_one_header() -> None:
    rows = [
        ["county", "home", "free places", "", ""],
        ["county", "home", "all", "of which", ""],
        ["county", "home", "all", "women", "men"],
        ["X", "A", "3", "1", "2"],
    ]
    layout = find_header(rows)
    assert layout.header_rows == (1, 2, 3)
    assert layout.names == (
        "county",
        "home",
        "free places / all",
        "free places / of which / women",
        "free places / of which / men",
    )


def test_a_row_that_only_counts_the_columns_is_no_data() -> None:
    rows = [["name", "town", "places"], ["1", "2", "3"], ["A", "X", "5"]]
    layout = find_header(rows)
    assert layout.data_from == 3
    assert layout.skipped == {2: "column_numbers"}


def test_rows_of_words_alone_after_the_header_are_data() -> None:
    layout = find_header([["name", "town"], ["Alpha", "Athens"], ["Beta", "Patra"]])
    assert layout.data_from == 2


def test_known_names_tell_the_header_from_a_row_of_words() -> None:
    rows = [["Office of the region", "list of homes"], ["nazwa", "gmina"], ["A", "X"]]
    assert find_header(rows, {"nazwa", "gmina"}).header_rows == (2,)


def test_the_same_name_twice_gets_a_number() -> None:
    assert find_header([["a", "a", "", "a"], ["1", "2", "3", "4"]]).names == (
        "a", "a (2)", "", "a (3)",
    )  # fmt: skip
    assert named(["x", "x"]).names == ("x", "x (2)")


def test_a_person_may_say_which_rows_they_are() -> None:
    rows = [["2019", "2020"], ["1", "2"], ["a", "b"]]
    layout = find_header(rows, given=(1,))
    assert (layout.names, layout.data_from) == (("2019", "2020"), 2)


@pytest.mark.parametrize("rows", [[["1", "2"], ["3", "4"]], [[]], [["", ""]]])
def test_a_table_without_names_is_refused(rows: list[list[str]]) -> None:
    with pytest.raises(FileRefused) as caught:
        find_header(rows)
    assert caught.value.code == "no_header"
