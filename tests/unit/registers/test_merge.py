"""Field-level merge: by hand, and against two editors whose whole texts are known."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from geo.registers.records.merge import Clash, merge


def test_by_hand() -> None:
    current = {"a": 1, "b": 2, "c": 3, "d": 4}
    base = {"b": 0, "c": 0, "d": 4}
    merged = merge(base, current, {"a": 9, "b": 2, "c": 7, "d": 8})
    # a: left alone; b: both wrote the same; c: both wrote differently; d: changed and changed back.
    assert dict(merged.taken) == {"a": 9, "d": 8}
    assert merged.clashes == (Clash("c", 3, 7),)


def test_a_form_sent_whole_takes_nothing_back() -> None:
    merged = merge({"b": 0}, {"a": 1, "b": 2}, {"a": 5, "b": 0})
    assert dict(merged.taken) == {"a": 5}
    assert merged.clashes == ()


def test_empty_is_a_value() -> None:
    assert merge({"a": 1}, {"a": None}, {"a": 2}).clashes == (Clash("a", None, 2),)
    assert merge({"a": 1}, {"a": 2}, {"a": None}).clashes == (Clash("a", 2, None),)


VALUES = st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, 0, 1, 2]), min_size=3)


@given(VALUES, VALUES, st.dictionaries(st.sampled_from("abc"), st.sampled_from([None, 0, 1, 2])))
def test_no_change_is_lost(
    was: dict[str, Any], now: dict[str, Any], wanted: dict[str, Any]
) -> None:
    base = {field: value for field, value in was.items() if now[field] != value}
    merged = merge(base, now, wanted)
    after = now | dict(merged.taken)
    clashing = {clash.field for clash in merged.clashes}
    for field in "abc":
        theirs = now[field] != was[field]
        mine = field in wanted and wanted[field] != was[field]
        if not mine:
            assert after[field] == now[field]
        elif not theirs or now[field] == wanted[field]:
            assert after[field] == wanted[field]
        else:
            assert after[field] == now[field]
            assert field in clashing
    assert clashing.isdisjoint(merged.taken)
