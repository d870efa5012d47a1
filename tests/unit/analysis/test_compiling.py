"""Machine code is kept where that is possible, and pieces of work keep their order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analysis.compiling import compiled, each_piece, pieces_of


def test_without_a_folder_to_keep_it_in_it_is_compiled_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def read_only(**options: Any) -> Any:
        asked.append(options)
        if "cache" in options:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr("geo.analysis.compiling.njit", read_only)
    assert compiled(nogil=True)(len) is len
    assert asked == [{"cache": True, "nogil": True}, {"nogil": True}]


@given(st.integers(0, 200), st.integers(1, 20))
def test_pieces_hold_everything_once_and_none_is_empty(size: int, number: int) -> None:
    pieces = pieces_of(size, number)
    assert [k for first, last in pieces for k in range(first, last)] == list(range(size))
    assert len(pieces) == min(size, number)
    lengths = [last - first for first, last in pieces]
    assert not lengths or max(lengths) - min(lengths) <= 1


@pytest.mark.parametrize("threads", [1, 3])
def test_the_order_of_pieces_is_kept_and_an_error_comes_through(threads: int) -> None:
    assert each_piece(lambda first, last: last - first, [(0, 5), (5, 7)], threads) == [5, 2]

    def fails(first: int, last: int) -> int:
        if first:
            raise ValueError("second piece")
        return last

    with pytest.raises(ValueError, match="second piece"):
        each_piece(fails, [(0, 1), (1, 2)], threads)
