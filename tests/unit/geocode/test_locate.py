"""What an answer says: class, radius, reason, alternatives; never more than is known."""

from __future__ import annotations

import gc
import math
import weakref
from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_streets import assert_sound, frames, streets_frame

from geo.geocode.index.frames import Frames
from geo.geocode.index.gazetteer import Gazetteer, StreetRow
from geo.geocode.locate import COLUMNS, locate, locate_many
from geo.geocode.location import CLASSES
from geo.profiles.profile import load


def test_street_stands_at_its_postcode_with_its_radius(gazetteer: Gazetteer) -> None:
    found = locate("Ερμού 15, Αθήνα", gazetteer)
    point = gazetteer.postcodes["10563"]
    assert (found.lat, found.lon, found.radius_m) == (
        point.latitude,
        point.longitude,
        point.radius,
    )
    assert found.gazetteer_version == gazetteer.version
    assert "10563" in found.reason.en and "10563" in found.reason.el
    assert "Αριθμός" not in found.reason.en and "ο αριθμός 15" in found.reason.el.lower()


def test_a_street_through_two_postcodes_covers_both(gazetteer: Gazetteer) -> None:
    found = locate("Ερμού, Αθήνα", gazetteer)
    first, second = (gazetteer.postcodes[code] for code in ("10563", "10564"))
    assert found.class_ == "street" and found.postcode is None
    assert found.lat == pytest.approx((first.latitude + second.latitude) / 2)
    assert found.radius_m == pytest.approx(
        first.distance(second) / 2 + max(first.radius, second.radius)
    )
    assert "10563, 10564" in found.reason.en


def test_a_number_outside_the_ranges_says_so(gazetteer: Gazetteer) -> None:
    found = locate("Ερμού 15", gazetteer, municipality_text="Αθήνα", postcode="10564")
    assert (found.class_, found.postcode) == ("street", "10564")
    assert "another part of the street" in found.reason.en
    first, second = (gazetteer.postcodes[code] for code in ("10563", "10564"))
    assert found.radius_m == pytest.approx(
        max(second.radius, first.distance(second) + first.radius)
    )


def test_a_number_in_no_range_takes_the_whole_street(build: Callable[..., Gazetteer]) -> None:
    streets = streets_frame()
    streets = streets[~((streets["name"] == "Ερμού") & (streets["postcode"] == "10564"))]
    found = locate("Ερμού 201, Αθήνα", build(streets=streets))
    assert found.class_ == "street" and "outside the street's known numbers" in found.reason.en


def test_a_wrong_postcode_widens_the_radius(gazetteer: Gazetteer) -> None:
    found = locate("Κηφισίας 12, 15232 Χαλάνδρι", gazetteer)
    typed, known = gazetteer.postcodes["15232"], gazetteer.postcodes["15231"]
    assert (found.class_, found.postcode) == ("street", "15231")
    assert found.radius_m == pytest.approx(typed.distance(known) + typed.radius)
    assert "15232" in found.reason.en


def test_ambiguous_without_a_place_is_none_with_alternatives(gazetteer: Gazetteer) -> None:
    found = locate("Ερμού 15", gazetteer)
    assert found.class_ == "none" and "3 municipalities" in found.reason.en
    assert {other.area_code for other in found.alternatives} == {"4501", "4612", "5101"}


def test_ambiguous_in_a_municipality_is_the_municipality(gazetteer: Gazetteer) -> None:
    found = locate("Βενιζέλου 7, Νέα Σμύρνη", gazetteer)
    assert found.class_ == "municipality" and found.centroid_fallback
    assert "Ambiguous: 2 streets" in found.reason.en and "Ασαφές: 2" in found.reason.el
    assert len(found.alternatives) == 2


def test_ambiguous_in_a_postcode_is_the_postcode(build: Callable[..., Gazetteer]) -> None:
    streets = streets_frame()
    streets.loc[streets["name"] == "Βενιζέλου Σοφοκλή", "postcode"] = "17121"
    found = locate("Βενιζέλου 7, Νέα Σμύρνη", build(streets=streets))
    assert (found.class_, found.postcode) == ("postcode", "17121")


def test_one_neighbouring_street_may_answer_for_the_city(gazetteer: Gazetteer) -> None:
    found = locate("Ξάνθου 4, Αθήνα", gazetteer)
    assert (found.class_, found.area_code) == ("street", "4505")
    assert "“αθηνα” was typed" in found.reason.en
    assert "Municipality of Zografou" in found.reason.en
    assert "Δήμο Ζωγράφου" in found.reason.el
    assert locate("Λεωφ. Μαραθώνος 4, Νίκαια", gazetteer).class_ == "municipality"


def test_postcode_and_place_that_contradict_are_none(gazetteer: Gazetteer) -> None:
    found = locate("Άγνωστη 5, Μαραθώνας 18531", gazetteer)
    assert found.class_ == "none" and "km away" in found.reason.en
    decided = locate("Κολοκοτρώνη 5, Μαραθώνας 18531", gazetteer)
    assert (decided.class_, decided.area_code) == ("street", "5101")


def test_a_municipality_without_a_point_cannot_place(gazetteer: Gazetteer) -> None:
    found = locate("", gazetteer, municipality_text="Δήμος Κυθήρων")
    assert found.class_ == "none" and "no point" in found.reason.en


def test_field_wins_over_text_and_says_so(gazetteer: Gazetteer) -> None:
    found = locate("Κολοκοτρώνη 5, 15234", gazetteer, postcode="18531")
    assert found.postcode == "18531" and "the field was taken" in found.reason.en


def test_long_text_is_none(gazetteer: Gazetteer) -> None:
    for text in ("Ερμού 5, Αθήνα " * 700, "α" * 10_000):
        found = locate(text, gazetteer)
        assert found.class_ == "none" and "longer than" in found.reason.en


def test_ranges_by_hand() -> None:
    row = StreetRow("Ερμού", "10563", "4501", odd=(1, 59), even=(2, None))
    assert [n for n in (1, 2, 59, 61, 1000) if row.holds(n)] == [1, 2, 59, 1000]
    only_odd = StreetRow("Ερμού", "10563", "4501", odd=(5, None))
    assert [n for n in (3, 5, 6, 99) if only_odd.holds(n)] == [5, 99]
    assert StreetRow("Ερμού", "10563", "4501").holds(7)


def test_version_is_the_callers(gazetteer: Gazetteer) -> None:
    assert gazetteer.version == "toy"
    assert locate("Ερμού 15, Αθήνα", gazetteer).gazetteer_version == "toy"


def test_an_empty_gazetteer_answers_none(build: Callable[..., Gazetteer]) -> None:
    gazetteer = build(**{name: frame.iloc[:0] for name, frame in frames().items()})
    assert locate("Ερμού 5, 10563 Αθήνα", gazetteer).class_ == "none"


def test_locate_many(gazetteer: Gazetteer) -> None:
    frame = pd.DataFrame(
        {
            "address": ["Ερμού 15", "Ερμού 15", None, "άστεγος", "Νικηταρά 3"],
            "municipality_text": ["Αθήνα", "Αθήνα", "Χαλάνδρι", None, None],
            "postcode": ["10563", "10563", None, None, pd.NA],
        },
        index=[10, 20, 30, 40, 50],
    )
    seen: list[tuple[int, int]] = []
    found = locate_many(frame, gazetteer, lambda done, total: seen.append((done, total)))
    assert list(found.columns) == COLUMNS and list(found.index) == list(frame.index)
    assert list(found["class"]) == ["street", "street", "municipality", "none", "street"]
    records = found.to_dict("records")
    assert records[0] == records[1]
    assert found.loc[40, "lat"] is pd.NA and found.loc[40, "area_code"] is pd.NA
    assert list(found["centroid_fallback"]) == [False, False, True, False, False]
    assert seen == [(5, 5)]
    only_text = locate_many(frame[["address"]], gazetteer)
    assert list(only_text["class"])[-1] == "street"
    assert len(locate_many(frame.iloc[:0], gazetteer)) == 0


def test_two_workers_answer_as_one(gazetteer: Gazetteer) -> None:
    names = [f"{name} {n}, Αθήνα" for n in range(1, 140) for name in ("Ερμού", "Σκουφά", "Ξάνθου")]
    frame = pd.DataFrame({"address": [*names, *names]})
    seen: list[int] = []
    one = locate_many(frame, gazetteer)
    two = locate_many(frame, gazetteer, lambda done, _: seen.append(done), workers=2)
    pd.testing.assert_frame_equal(one, two)
    assert seen == [500, 834]


def test_a_gazetteer_goes_with_what_was_made_for_it(build: Callable[..., Gazetteer]) -> None:
    made = build()
    locate("Ερμού 15, Αθήνα", made)
    gone = weakref.ref(made)
    del made
    gc.collect()
    assert gone() is None


typed = st.text(max_size=80) | st.lists(
    st.sampled_from(
        [
            "Ερμού", "ermou", "Αγ.", "Λεωφ.", "Κηφισίας", "Κων/νου", "5", "15Α", "15-17", "Τ.Κ.",
            "10563", "152 34", "Χαλάνδρι", "Αθήνα", "Δήμος", ",", "&", "γωνία", "28ης", "Οκτωβρίου",
            "Πλατεία", "αρ.", "😀", "\u0000", "İ", "ΐ", "ﬁ", "(", "-", "1ος όροφος",
        ]
    ),
    max_size=9,
).map(" ".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(typed, st.none() | typed, st.none() | typed)
def test_no_text_is_too_much(text: str, place: str | None, postcode: str | None) -> None:
    gazetteer = _shared()
    found = locate(text, gazetteer, municipality_text=place, postcode=postcode)
    assert_sound(found)
    assert found.class_ in CLASSES
    if found.radius_m is not None:
        assert math.isfinite(found.radius_m) and found.radius_m > 0
    assert found == locate(text, gazetteer, municipality_text=place, postcode=postcode)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["Κολοκοτρώνη Θεοδώρου", "Πανεπιστημίου", "Εθνικής Αντιστάσεως"]), st.data())
def test_one_wrong_letter_is_read_or_refused_never_another_place(
    name: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("αβγδεζηθικλμν"))
    gazetteer = _shared()
    found = locate(f"{name[:at]}{letter}{name[at + 1 :]} 5", gazetteer, postcode="15234")
    assert found.area_code == "4612"


@cache
def _shared() -> Gazetteer:
    # A hypothesis test may not take a fixture that is made anew for each function.
    return Gazetteer.from_frames(Frames.of(**frames()), load("gr").addresses, version="toy")
