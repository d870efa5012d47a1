"""The registers' fields agree with the tables, with each other and with the people who read them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from geo.db import tables
from geo.errors import NeedsmapError, NotFound
from geo.fields import reading
from geo.fields.shape import LANGUAGES
from geo.imports.country import words_of
from geo.names import fold

REGISTERS = reading.registers()


def test_there_are_the_registers() -> None:
    assert REGISTERS == (
        "agencies", "agreements", "contacts", "households", "needs", "observations", "people",
        "population", "programmes", "referrals", "residents", "rounds", "services", "sites",
        "staff",
    )  # fmt: skip
    with pytest.raises(NotFound, match="no register 'cats'") as caught:
        reading.load("cats")
    assert "people" in caught.value.hint


@pytest.mark.parametrize("name", REGISTERS)
def test_fields_are_columns_and_nothing_needed_is_forgotten(name: str) -> None:
    register = reading.load(name)
    columns = tables.metadata.tables[register.table].columns
    assert set(register.columns()) <= set(columns.keys())
    made = {"source_id", "synthetic", "geom", "agency_id", "to_agency_id"}
    for column in columns:
        if not column.nullable and column.server_default is None and not column.primary_key:
            assert column.name in {*register.columns(), *made}, column.name


@pytest.mark.parametrize("name", REGISTERS)
def test_words_are_those_the_database_takes(name: str) -> None:
    register = reading.load(name)
    table = tables.metadata.tables[register.table]
    for check in table.constraints:
        text = str(getattr(check, "sqltext", ""))
        for field in register.fields.values():
            if field.kind == "choice" and field.words and text.startswith(f"{field.column} IN"):
                assert {word.code for word in field.words} >= set(text.split("'")[1::2])
                assert set(text.split("'")[1::2]) >= {
                    word.code for word in field.words
                } - UNUSED.get((name, field.name), set())


UNUSED = {("observations", "channel"): {"reception", "web", "agency", "media"}}
"""Words of a shared list that one register does not take."""


@pytest.mark.parametrize("name", REGISTERS)
def test_every_label_is_there_and_every_word_means_one_thing(name: str) -> None:
    register = reading.load(name)
    for field in register.fields.values():
        assert set(field.names) == set(LANGUAGES)
        assert any("α" <= sign <= "ώ" for sign in field.names["el"].lower()) or field.kind == "code"
        codes: dict[str, str] = {}
        for word in field.words:
            for text in (word.code, *word.names.values(), *word.also):
                assert codes.setdefault(fold(text), word.code) == word.code, (field.name, text)
        assert words_of(field, "gr") or not (field.words or field.words_from)


def test_what_is_personal() -> None:
    people = reading.load("people")
    kept_apart = {
        "area_code",
        "consent_basis",
        "consent_on",
        "consent_withdrawn_on",
        "retain_until",
    }
    assert {f.name for f in people.fields.values() if not f.personal} == kept_apart
    assert people.fields["name"].carried and people.fields["birth_date"].carried


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "date"', 'kind = "day"', "fields.accredited_until.kind' must be one of"),
        ('like = "website"', 'like = "site"', "fields.website.like' names 'site'"),
        ('el = "Πιστοποίηση έως", ', "", "accredited_until.names.el' is missing"),
        ('identity = ["name"]', 'identity = ["nam"]', "identity' names 'nam'"),
        ('words_from = "legal_forms"', "", "legal_form.words' go with the kinds choice"),
        ("most = 200", 'most = "200"', "accreditation.most' must be a number"),
        ('default = "false"', 'defualt = "false"', "emergency.defualt' is not known here"),
        ('table = "registry.agency"', "", "table' is missing"),
    ],
)
def test_a_wrong_file_names_its_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    for path in reading.FOLDER.glob("*.toml"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "agencies.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(NeedsmapError) as caught:
        reading.load_from(tmp_path, "agencies")
    assert message in caught.value.message
