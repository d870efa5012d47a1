"""Which typed addresses count as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocode.words.equal import address_key
from geo.geocode.words.habits import compile_habits
from geo.profiles.profile import load

HABITS = {country: compile_habits(load(country).addresses) for country in ("gr", "pl", "ro", "bg")}

Typed = tuple[str, str | None, str | None]


def key(country: str, typed: Typed) -> str:
    return address_key(*typed, HABITS[country])


@pytest.mark.parametrize(
    ("country", "one", "other"),
    [
        ("gr", ("Ερμού 15, Αθήνα 10563", None, None), ("ΕΡΜΟΥ 15", "Αθήνα", "105 63")),
        ("gr", ("Ερμού 15, Αθήνα", None, None), ("Ermou 15, Athina", None, None)),
        ("gr", ("Ερμού 15Α", "Αθήνα", None), ("οδός Ερμού 15 α, 2ος όροφος", "Αθήνα", None)),
        (
            "gr",
            ("Θεοδώρου Κολοκοτρώνη 5", None, "18531"),
            ("Κολοκοτρώνη Θεοδώρου 5", None, "18531"),
        ),
        ("pl", ("ul. Długa 7, 62-010 Dolno", None, None), ("Dluga 7", "Dolno", "62010")),
        ("ro", ("str. Școlii nr. 3", "Mica", None), ("Strada Scolii 3", "Mica", None)),
        ("bg", ("ул. Шипка 5, София", None, None), ("ul. Shipka 5, Sofia", None, None)),
        ("bg", ("ул. Шипка 5 вх. А ет. 3 ап. 7", None, None), ("Шипка 5, партер", None, None)),
        ("pl", ("Krótka 5 m. 3, tel. 61 123 45 67", None, None), ("ul. Krótka 5", None, None)),
        ("ro", ("Str. Horea nr. 5 sc. A ap. 7", None, None), ("Horea 5", None, None)),
    ],
)
def test_equal(country: str, one: Typed, other: Typed) -> None:
    assert key(country, one) == key(country, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ερμού 15", "Αθήνα", None), ("Ερμού 16", "Αθήνα", None)),
        (("Ερμού 15", "Αθήνα", None), ("Ερμού 15Α", "Αθήνα", None)),
        (("Ερμού 15", "Αθήνα", None), ("Ερμού 15", "Πειραιάς", None)),
        (("Ερμού 15", None, "10563"), ("Ερμού 15", None, "10564")),
        (("Ερμού 15", None, "10563"), ("Ερμού 15", None, None)),
        (("Ερμού 15", None, None), ("Σταδίου 15", None, None)),
        (("Ερμού 15; Σταδίου 3", None, None), ("Ερμού 15", None, None)),
    ],
)
def test_different(one: Typed, other: Typed) -> None:
    assert key("gr", one) != key("gr", other)


@pytest.mark.parametrize(
    ("country", "one", "other"),
    [
        # What is another place, whatever the words of the name: one decision would place both.
        ("gr", "1η Πάροδος Αγνώστου 5", "2η Πάροδος Αγνώστου 5"),
        ("gr", "15ο χλμ Αθηνών Λαμίας", "20ο χλμ Αθηνών Λαμίας"),
        ("gr", "Πάροδος Παρρασίου 5", "Παρρασίου 5"),
        ("gr", "Πλατεία Ομονοίας 5", "Στοά Ομονοίας 5"),
        ("bg", "ж.к. Младост бл. 5", "ж.к. Младост бл. 6"),
        ("bg", "ж.к. Младост 1 бл. 5", "ж.к. Младост 2 бл. 5"),
        ("bg", "ул. Шипка 5", "бул. Шипка 5"),
        ("ro", "Str. Horea 5 bl. 3", "Str. Horea 5 bl. 4"),
        ("ro", "Str. Horea 5", "Piața Horea 5"),
        ("ro", "Aleea Horea 5", "Intrarea Horea 5"),
        ("pl", "ul. Krótka 5", "os. Krótka 5"),
        ("pl", "DN 1 km 15", "DN 1 km 20"),
        # What cannot be read is equal to itself only.
        ("gr", "-", "?"),
        ("gr", "улица Ленина 5", "улица Мира 5"),
        ("pl", "شارع الحرية 5", "شارع النيل 5"),
        ("bg", "თბილისი 5", "ბათუმი 5"),
    ],
)
def test_different_places_of_like_words(country: str, one: str, other: str) -> None:
    assert key(country, (one, None, None)) != key(country, (other, None, None))


@given(st.text(max_size=400), st.none() | st.text(max_size=40), st.none() | st.text(max_size=10))
def test_never_fails_and_stays_the_same(text: str, place: str | None, code: str | None) -> None:
    typed = (text, place, code)
    assert key("gr", typed) == key("gr", typed)
