"""Bytes become text by what is declared or certain, never by a lucky guess."""

from __future__ import annotations

import codecs
import dataclasses

import pytest
from conftest import TOYLAND

from geo.errors import SourceRejected
from geo.sources.encoding import decode
from geo.sources.source import Source, load_folder

GREEK = "κωδικός;όνομα\n" + "".join(
    f"{number};{name}\n"
    for number, name in enumerate(
        ["Αθηναίων", "Αγίας Παρασκευής", "Μοσχάτου - Ταύρου", "Κερατσινίου - Δραπετσώνας"] * 12
    )
)

CAPITALS = "ΑΓΙΑΣ ΠΑΡΑΣΚΕΥΗΣ\nΜΟΣΧΑΤΟΥ - ΤΑΥΡΟΥ\nΚΕΡΑΤΣΙΝΙΟΥ - ΔΡΑΠΕΤΣΩΝΑΣ\nΑΘΗΝΑΙΩΝ\n" * 12


def source(**facts: object) -> Source:
    return dataclasses.replace(load_folder(TOYLAND / "toyland_people"), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["cp1253", "utf-8", "utf-8-sig", "utf-16"])
def test_marked_declared_or_utf8_text_is_read(encoding: str) -> None:
    assert decode(GREEK.encode(encoding), source(), "file.csv")[0] == GREEK


def test_a_mark_goes_before_what_is_declared() -> None:
    text, name, _ = decode(codecs.BOM_UTF8 + "Άνω".encode(), source(), "file.csv")
    assert (text, name) == ("Άνω", "utf-8-sig")


def test_an_undeclared_encoding_is_recognised_by_its_language_and_noted() -> None:
    text, name, notes = decode(GREEK.encode("cp1253"), source(encoding=None), "file.csv")
    assert (text, name) == (GREEK, "cp1253")
    assert "recognised as cp1253" in notes[0]


def test_readings_that_differ_little_are_not_chosen_between() -> None:
    text = "kod;nazwa\n1;Łódź\n2;Świętochłowice\n3;Dąbrowa Górnicza\n4;Środa Śląska\n" * 20
    polish = source(encoding=None, language="pl")
    with pytest.raises(SourceRejected, match="no other encoding is certain"):
        decode(text.encode("iso8859_2"), polish, "file.csv")


@pytest.mark.parametrize("encoding", ["cp737", "koi8_r"])
def test_a_guess_in_another_language_is_no_guess(encoding: str) -> None:
    # charset-normalizer reads Greek capitals in cp737 as Cyrillic, with every sign of being sure.
    text = CAPITALS if encoding == "cp737" else "номер;име\n1;Благоевград\n2;Велико Търново\n" * 20
    with pytest.raises(SourceRejected, match="unreadable encoding: byte 1 of"):
        decode(text.encode(encoding), source(encoding=None), "file.csv")


def test_too_little_text_is_not_guessed() -> None:
    with pytest.raises(SourceRejected, match="no other encoding is certain"):
        decode("1;Άνω Πόλη".encode("cp1253"), source(encoding=None), "file.csv")


def test_a_zero_byte_is_no_text() -> None:
    with pytest.raises(SourceRejected, match="byte 3 of the file"):
        decode(b"ab\x00cd", source(encoding=None), "file.csv")
