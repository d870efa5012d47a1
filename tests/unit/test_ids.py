"""Identifiers: UUID version 7 as RFC 9562 lays it down, and one spelling of JSON."""

from __future__ import annotations

import json
import math
import threading
import time
from datetime import date
from uuid import RFC_4122

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import ids
from geo.errors import InvalidInput

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abγδ", max_size=3), inner),
    max_leaves=12,
)


def test_new_id_is_version_7_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = ids.new_id()
    assert (made.version, made.variant) == (7, RFC_4122)
    assert before - 1 <= made.int >> 80 <= time.time_ns() // 1_000_000 + 1


def test_new_ids_sort_by_the_order_they_were_made() -> None:
    made = [ids.new_id() for _ in range(5_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_new_ids_never_go_back_with_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ids.new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000)
    assert ids.new_id() > first


def test_threads_never_share_an_id() -> None:
    made: list[object] = []
    threads = [
        threading.Thread(target=lambda: made.extend(ids.new_id() for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2_000


def test_canonical_json_by_hand() -> None:
    value = {"β": [1, 2.5, None], "a": {"y": True, "x": "Αθήνα"}}
    assert ids.canonical_json(value).decode() == '{"a":{"x":"Αθήνα","y":true},"β":[1,2.5,null]}'


@given(json_values)
def test_canonical_json_reads_back_and_ignores_key_order(value: object) -> None:
    spelled = ids.canonical_json(value)
    assert json.loads(spelled) == value
    assert ids.canonical_json(json.loads(spelled)) == spelled
    if isinstance(value, dict):
        assert ids.canonical_json(dict(reversed(value.items()))) == spelled


@pytest.mark.parametrize(
    "value",
    [math.nan, {"a": [math.inf]}, {1: "a"}, {True: 1}, {"d": date(2021, 1, 1)}, {1, 2}, "\ud800"],
)
def test_canonical_json_refuses_what_json_cannot_say(value: object) -> None:
    with pytest.raises(InvalidInput):
        ids.canonical_json(value)


def test_canonical_json_refuses_endless_nesting() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInput):
        ids.canonical_json(endless)


def test_content_id_is_sha256_in_base32() -> None:
    # sha256("") begins e3b0c44298fc1c149afb; base32 of these ten bytes by RFC 4648.
    assert ids.content_id("snapshot", b"") == "snapshot-4oymiquy7qobjgx3"
    assert ids.content_id("snapshot", b"a") != ids.content_id("snapshot", b"b")
