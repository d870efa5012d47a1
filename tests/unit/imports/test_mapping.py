"""A mapping is guessed as a person would, kept as a file, and read back strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InvalidInput, NeedsmapError
from geo.fields import reading
from geo.imports.country import country
from geo.imports.guess import guess
from geo.imports.mapping import (
    ColumnMapping,
    as_content,
    as_toml,
    check_columns,
    from_content,
    read_mapping,
)
from geo.imports.values import Manner

PEOPLE, SERVICES = reading.load("people"), reading.load("services")


def guessed(register: str, names: list[str], *rows: list[str]) -> dict[str, str | None]:
    found = guess(reading.load(register), names, rows, Manner(), country("gr"))
    return {one.column: one.field for one in found}


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (["Κωδικός", "ΔΙΕΥΘΥΝΣΗ", "Τ.Κ.", "Έτος γέννησης"], ["external_id", "address", "postcode", "birth_year"]),
        (["Client ID", "street_address", "Zip code", "Year of birth"], ["external_id", "address", "postcode", "birth_year"]),
        (["id osoby", "adres", "kod pocztowy", "rok urodzenia"], ["external_id", "address", "postcode", "birth_year"]),
        (["cod", "Adresa", "Cod poștal", "Anul nașterii"], ["external_id", "address", "postcode", "birth_year"]),
        (["код", "Адрес", "Пощенски код", "Година на раждане"], ["external_id", "address", "postcode", "birth_year"]),
        (["codice", "indirizzo", "CAP", "sesso"], ["external_id", "address", "postcode", "sex"]),
    ],
)  # fmt: skip
def test_headings_in_six_languages(names: list[str], fields: list[str]) -> None:
    assert list(guessed("people", names).values()) == fields


def test_spellings_are_forgiven_and_said_to_be() -> None:
    (one,) = guess(PEOPLE, ["Birth yaer"], [], Manner(), None)
    assert (one.field, one.because) == ("birth_year", "similar name")
    assert one.confidence < 0.9


def test_content_speaks_against_a_name() -> None:
    assert guessed("services", ["beds"], ["by arrangement"], ["ask"])["beds"] is None
    assert guessed("people", ["id"], *[["1"]] * 20)["id"] is None


@pytest.mark.parametrize("name", ["retain_until", "Retain until", "capacity", "Places", "Θέσεις"])
def test_a_field_s_own_name_maps_whatever_stands_there(name: str) -> None:
    """Its rows are refused, each by name; the column is not left out in silence."""
    register = "people" if "etain" in name else "services"
    found = guess(reading.load(register), [name], [["soon"], ["a@b.gr"]], Manner(), None)
    assert found[0].field == ("retain_until" if register == "people" else "capacity")
    assert (found[0].because, found[0].word) == ("name", "unsure")


def test_content_speaks_for_columns_without_a_telling_name() -> None:
    rows = [["37.98", "23.73", "105 64", "a@b.gr"], ["38.01", "23.74", "10565", "c@d.gr"]]
    found = guessed("sites", ["c1", "c2", "c3", "c4"], *rows)
    assert found == {"c1": "lat", "c2": "lon", "c3": "postcode", "c4": None}
    assert guessed("agencies", ["c4"], ["a@b.gr"])["c4"] == "email"


def test_street_and_number_make_one_address() -> None:
    found = guessed("sites", ["ulica", "numer domu", "adres"], ["A", "1", "B"])
    assert found == {"ulica": "address", "numer domu": "address", "adres": "address"}


def test_the_surer_column_gets_the_field() -> None:
    rows = [["Α", "Β"], ["Γ", "Δ"]]
    assert guessed("services", ["powiat_pip", "powiat"], *rows)["powiat"] == "district"
    assert guessed("services", ["powiat_pip", "powiat"], *rows)["powiat_pip"] is None


def test_every_guess_has_a_sample() -> None:
    (one,) = guess(SERVICES, ["name"], [[" Δομή\n Α "]], Manner(), None)
    assert (one.sample, one.word) == ("Δομή Α", "sure")


MAPPING = ColumnMapping(
    "services",
    {'a "quoted" name': "name", "typ": "service_type", "ulica": "address", "nr": "address"},
    skip=("www",),
    constants={"sector": "older"},
    values={"service_type": {"D.P.S.": "dps"}},
    source="office_1",
    country="pl",
    encoding="cp1250",
    delimiter="\t",
    sheet="Arkusz 1",
    header_rows=(2, 3),
    decimal=",",
    date_order="month",
)


def test_a_mapping_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(as_toml(MAPPING, ["other\tcolumn", "ł"]), encoding="utf-8")
    assert read_mapping(path, SERVICES) == MAPPING
    assert '# "other\\tcolumn" = ' in path.read_text(encoding="utf-8")
    assert from_content(as_content(MAPPING), SERVICES) == MAPPING


def test_unused_columns_are_listed_not_dropped() -> None:
    assert MAPPING.unused(["typ", "www", "telefon", ""]) == ["telefon"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('register = "people"', "register' is 'people', but the register is 'services'"),
        ('register = "services"\ncolums = {}', "'colums' is not known here"),
        ('register = "services"\n[columns]\na = "nam"', "names 'nam', which is no field"),
        ('register = "services"\n[columns]\na = "name"\nb = "name"', "gives 'name', as another"),
        (
            'register = "services"\n[columns]\na = "fee"\n[constants]\nfee = "1"',
            "by a column already",
        ),
        ('register = "services"\ncountry = "de"', "must be one of gr, pl, ro, bg"),
        ('register = "services"\ndecimal = ";"', "'decimal' must be one of"),
        ('register = "services"\nheader_rows = [3, 2]', "must be row numbers"),
        ('register = "services"\n[values.typ]\na = "b"', "names 'typ', which is no field"),
    ],
)
def test_a_wrong_mapping_names_its_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NeedsmapError) as caught:
        read_mapping(path, SERVICES)
    assert message in caught.value.message
    assert caught.value.message.startswith("mapping.toml: key")


def test_columns_that_the_file_does_not_have() -> None:
    with pytest.raises(InvalidInput, match="does not have: 'typ'"):
        check_columns(ColumnMapping("services", {"typ": "service_type"}), ["type"], "a.csv")
