"""Addresses of Polish social services, given in columns: put together and taken apart again."""

from __future__ import annotations

import csv

import pytest
from golden import habits_of

from geo.geocode.words.habits import plain
from geo.geocode.words.numbers import number_key
from geo.geocode.words.parse import Parts, parse, street_words
from tests.conftest import shared_data


def _rows(name: str) -> list[dict[str, str]]:
    with shared_data("social_services", name).open(encoding="utf-8-sig") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["ulica"] and row["numer_domu"][:1].isdecimal() and row["kod_pocztowy"]
        ]


def _read(row: dict[str, str], pattern: str) -> Parts:
    typed = {**row, "ulica": " ".join(row["ulica"].split())}
    return parse(pattern.format(**typed), habits_of("pl"))


@pytest.mark.parametrize(
    "pattern",
    [
        "{ulica} {numer_domu}, {kod_pocztowy} {miejscowosc}",
        "{kod_pocztowy} {miejscowosc}, {ulica} {numer_domu}",
        "{miejscowosc}, {ulica} {numer_domu}, {kod_pocztowy}",
        "{ulica} {numer_domu} {kod_pocztowy} {miejscowosc}",
        "{ulica} nr {numer_domu}, gm. {gmina}, woj. {wojewodztwo}, {kod_pocztowy} {miejscowosc}",
    ],
)
def test_columns_come_back_in_any_order(pattern: str) -> None:
    habits = habits_of("pl")
    rows = _rows("pl_malopolska_ops_cus_pcpr_195.csv")
    wrong = []
    for row in rows:
        parts = _read(row, pattern)
        street = parts.streets[0] if parts.streets else None
        known = street_words(row["ulica"], habits)[1]
        right = (
            street is not None
            and street.number is not None
            and [word.key for word in street.words] == [word.key for word in known]
            and number_key(street.number.text) == number_key(row["numer_domu"])
            and parts.postcode == row["kod_pocztowy"].replace("-", "")
            and plain(row["miejscowosc"]) in parts.places
        )
        if not right:
            wrong.append((row["ulica"], row["numer_domu"], parts))
    assert len(rows) > 80
    assert not wrong
