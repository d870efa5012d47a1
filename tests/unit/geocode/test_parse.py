"""Addresses taken apart: numbers, postcodes, street types, abbreviations, places."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocode.words.habits import Habits, compile_habits
from geo.geocode.words.parse import LONGEST, parse, parse_place, street_words
from geo.profiles.profile import load


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("Ερμού 15", "15", 15),
        ("Ερμού 15Α", "15α", 15),
        ("Ερμού 15 β", "15 β", 15),
        ("Ερμού 15-17", "15-17", 15),
        ("Ερμού 15 – 17", "15 – 17", 15),
        ("Ερμού 15/3", "15/3", 15),
        ("Ερμού 15 & 17", "15 & 17", 15),
        ("Ερμού αρ. 15", "15", 15),
        ("Ερμού αριθμός 15", "15", 15),
        ("Ermou no 15", "15", 15),
        ("Ερμού 15, 3ος όροφος", "15", 15),
        ("28ης Οκτωβρίου 7", "7", 7),
        ("28 Οκτωβρίου 7", "7", 7),
        ("Πλατεία 25ης Μαρτίου 3", "3", 3),
        ("Πλατεία 25 Μαρτίου 3", "3", 3),
        ("25ης Μαρτίου", None, None),
        ("Ερμού χωρίς αριθμό", None, None),
        ("18ο χλμ Λεωφ. Μαραθώνος", None, None),
    ],
)
def test_house_number(text: str, number: str | None, value: int | None, habits: Habits) -> None:
    found = parse(text, habits).streets[0].number
    assert (found and found.text, found and found.value) == (number, value)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("Ερμού 5, 10563 Αθήνα", "10563"),
        ("Ερμού 5, 105 63 Αθήνα", "10563"),
        ("Ερμού 5 ΤΚ10563", "10563"),
        ("Ερμού 5 Τ.Κ. 105 63", "10563"),
        ("Ερμού 5 τκ: 10563", "10563"),
        ("Ermou 5 GR-10563", "10563"),
        ("10563", "10563"),
        ("Ερμού 5", None),
        ("Ερμού 5 Αθήνα 1056", None),
        ("2101234567", None),
        ("99999", None),
    ],
)
def test_postcode(text: str, postcode: str | None, habits: Habits) -> None:
    assert parse(text, habits).postcode == postcode


def test_postcode_does_not_stay_in_street_or_place(habits: Habits) -> None:
    parts = parse("ΑΓ. ΠΑΡΑΣΚΕΥΗΣ 12 ΤΚ 15234 ΧΑΛΑΝΔΡΙ", habits)
    assert parts.streets[0].text == "αγ. παρασκευησ"
    assert parts.places == ("χαλανδρι",)


@pytest.mark.parametrize(
    ("text", "kind", "keys"),
    [
        ("Λεωφ. Κηφισίας", "Λεωφόρος", ["kifisias"]),
        ("Λ. Κηφισίας", "Λεωφόρος", ["kifisias"]),
        ("Κηφισίας Λεωφ.", "Λεωφόρος", ["kifisias"]),
        ("Leof. Kifisias", "Λεωφόρος", ["kifisias"]),
        ("Λεωφοορς Κηφισίας", "Λεωφόρος", ["kifisias"]),
        ("Λεφόρς Κηφισίας", "", ["lefors", "kifisias"]),
        ("Πλατία Κηφισίας", "Πλατεία", ["kifisias"]),
        ("πλ Κηφισίας", "Πλατεία", ["kifisias"]),
        ("Πλαταιών", "", ["plateon"]),
        ("Πλατεία", "", ["platia"]),
        ("Ηρώων του Πολυτεχνείου", "", ["iron", "politexniu"]),
        ("Καραολή & Δημητρίου", "", ["karaoli", "dimitriu"]),
        ("28ης Οκτωβρίου", "", ["28", "oktovriu"]),
    ],
)
def test_street_words(text: str, kind: str, keys: list[str], habits: Habits) -> None:
    found, words = street_words(text, habits)
    assert (found, [word.key for word in words]) == (kind, keys)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Αγ. Παρασκευής", "agias"),
        ("ΑΓ.ΠΑΡΑΣΚΕΥΗΣ", "agias"),
        ("Ag. Paraskevis", "agias"),
        ("Κων/νου Παλαιολόγου", "konstadinu"),
        ("Kwn/nou Palaiologou", "konstadinu"),
        ("Στρ. Μακρυγιάννη", "stratigu"),
        ("Ν. Σμύρνης", "neas"),
    ],
)
def test_abbreviations(text: str, form: str, habits: Habits) -> None:
    assert form in street_words(text, habits)[1][0].forms


@pytest.mark.parametrize(
    ("text", "places", "municipality"),
    [
        ("Ερμού 5, Χαλάνδρι", ("χαλανδρι",), None),
        ("Χαλάνδρι, Ερμού 5", ("χαλανδρι",), None),
        ("Ερμού 5 Χαλάνδρι", ("χαλανδρι",), None),
        ("Ερμού 5, Κολωνάκι, Αθήνα", ("κολωνακι", "αθηνα"), None),
        ("Ερμού 5, Δήμος Χαλανδρίου", (), "χαλανδριου"),
        ("Ερμού 5 - Χαλάνδρι", ("χαλανδρι",), None),
        ("Ερμού 5, Δ.Ε. Βούλας", ("βουλασ",), None),
    ],
)
def test_places(
    text: str, places: tuple[str, ...], municipality: str | None, habits: Habits
) -> None:
    parts = parse(text, habits)
    assert (parts.places, parts.municipality) == (places, municipality)


def test_place_without_its_level(habits: Habits) -> None:
    assert parse_place("Δήμος Χαλανδρίου", habits) == "χαλανδριου"
    assert parse_place("ΔΗΜΟΥ ΧΑΛΑΝΔΡΙΟΥ", habits) == "χαλανδριου"


def test_a_crossing_has_a_reading_for_its_first_street(habits: Habits) -> None:
    readings = parse("Σκουφά γωνία Ομήρου", habits).streets
    assert [word.key for word in readings[-1].words] == ["skufa"]


def test_a_leading_number_may_be_the_house_or_the_day(habits: Habits) -> None:
    readings = parse("12 Ermou", habits).streets
    assert [(r.text, r.number and r.number.value) for r in readings] == [
        ("12 ermou", None),
        ("ermou", 12),
    ]


@pytest.mark.parametrize("text", ["", " ", ",;-", "😀", "\x00\x1b[2J", "0", "...", "&"])
def test_nothing_to_read(text: str, habits: Habits) -> None:
    parts = parse(text, habits)
    assert not parts.postcode and not parts.places


def test_too_long_stays_whole(habits: Habits) -> None:
    text = "Ερμού 5 " * 2_000
    parts = parse(text, habits)
    assert len(text) > LONGEST and parts.rest == (text,) and not parts.streets


@given(st.text(max_size=400) | st.text("Ερμού.Λ ΤΚ1052-/&,()αβ\u0301", max_size=60))
def test_parse_reads_anything(text: str) -> None:
    parts = parse(text, _greek_habits())
    assert all(reading.words for reading in parts.streets)
    assert parts.postcode is None or (len(parts.postcode) == 5 and parts.postcode.isdigit())


@cache
def _greek_habits() -> Habits:
    # A hypothesis test may not take a fixture that is made anew for each function.
    return compile_habits(load("gr").addresses)
