"""One cell of text becomes the value a person means, or is refused with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from geo.fields import reading
from geo.fields.shape import Field, Kind, Word
from geo.imports.country import words_of
from geo.imports.finding import Wrong
from geo.imports.opening import opening_hours
from geo.imports.values import Manner, parse

NAMES = dict.fromkeys(("en", "el", "pl", "ro", "bg"), "x")
ATHENS = ZoneInfo("Europe/Athens")


def field(kind: Kind, **more: Any) -> Field:
    return Field("x", kind, NAMES, column="x", **more)


def told(text: str, about: Field, manner: Manner | None = None) -> Any:
    found = parse(text, about, manner or Manner())
    return found.code if isinstance(found, Wrong) else found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("  Δομή  Α \n", "Δομή Α"),
        ("\ufeffA\u200bB\u202c", "AB"),
        ("a\xa0b", "a b"),
        ("-", None),
        ("X", None),
        ("\u2014", None),
        ("a\x00b", "control"),
        ("\ud800", "control"),
        ("abcdef", "too_long"),
    ],
)
def test_texts(text: str, value: str | None) -> None:
    assert told(text, field("text", most=8 if value != "too_long" else 5)) == value


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1,5", "auto", 1.5),
        ("1.5", "auto", 1.5),
        ("1.234,56", "auto", 1234.56),
        ("1,234.56", "auto", 1234.56),
        ("1 234,5", "auto", 1234.5),
        ("1\xa0234", "auto", 1234.0),
        ("1,234", "auto", "ambiguous_number"),
        ("1,234", ".", 1234.0),
        ("1.234", ",", 1234.0),
        ("1,234", ",", 1.234),
        ("1.234.567", "auto", 1234567.0),
        ("−3", "auto", -3.0),
        ("NaN", "auto", "not_finite"),
        ("1e400", "auto", "not_finite"),
        ("-inf", "auto", "not_finite"),
        ("1_000", "auto", "not_a_number"),
        ("١٢", "auto", "not_a_number"),
        ("12 places", "auto", "not_a_number"),
        ("brak", "auto", "not_a_number"),
    ],
)
def test_numbers(text: str, decimal: Any, value: float | str) -> None:
    assert told(text, field("number"), Manner(decimal=decimal)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12.0", 12), ("12,0", 12), ("12.5", "not_whole"), ("-1", "out_of_range"),
     ("99999999999999999999", "out_of_range"), ("3.", 3)],
)  # fmt: skip
def test_whole_numbers(text: str, value: int | str) -> None:
    assert told(text, field("whole", least=0, most=1_000)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("37,98", 37.98),
        ("37.98°", 37.98),
        ("NaN", "not_finite"),
        ("Infinity", "not_finite"),
        ("1e400", "not_finite"),
        ("91", "out_of_range"),
        ("90", "out_of_range"),
        ("37 58 20", 375820.0),
    ],
)
def test_latitudes(text: str, value: float | str) -> None:
    expected = "out_of_range" if value == 375820.0 else value
    assert told(text, field("latitude")) == expected


@pytest.mark.parametrize(
    ("text", "order", "value"),
    [
        ("2026-11-30", "day", date(2026, 11, 30)),
        ("30/11/2026", "day", date(2026, 11, 30)),
        ("3.4.2026", "day", date(2026, 4, 3)),
        ("3.4.2026 r.", "day", date(2026, 4, 3)),
        ("11/30/2026", "day", "no_such_day"),
        ("11/30/2026", "month", date(2026, 11, 30)),
        ("29/02/2023", "day", "no_such_day"),
        ("29/02/2024", "day", date(2024, 2, 29)),
        ("30/11/26", "day", "not_a_date"),
        ("0026-11-30", "day", "year_out_of_range"),
        ("45123", "day", "not_a_date"),
        ("2026-11-30T23:30:00+00:00", "day", date(2026, 12, 1)),
    ],
)
def test_dates(text: str, order: Any, value: date | str) -> None:
    assert told(text, field("date"), Manner(date_order=order, clock=ATHENS)) == value


def test_moments_without_offset_are_by_the_country_s_clock() -> None:
    manner = Manner(clock=ATHENS)
    summer = parse("2026-07-01T12:00", field("moment"), manner)
    assert summer.astimezone(UTC) == datetime(2026, 7, 1, 9, tzinfo=UTC)
    winter = parse("1.2.2026 12:30", field("moment"), manner)
    assert winter.utcoffset() == timedelta(hours=2)
    assert told("1.2.2026 25:00", field("moment")) == "not_a_date"
    assert parse("2026-07-01T12:00Z", field("moment"), manner).utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["yes", "ΝΑΙ", "tak", "Da", "да", "1", "True", "x"])
def test_yes_in_every_language(text: str) -> None:
    assert told(text, field("truth")) is True


@pytest.mark.parametrize("text", ["no", "Όχι", "nie", "nu", "не", "0", "FALSE"])
def test_no_in_every_language(text: str) -> None:
    assert told(text, field("truth")) is False


def test_words_of_a_closed_list() -> None:
    sex = reading.load("people").fields["sex"]
    manner = Manner(words={"sex": words_of(sex, None)})
    assert [told(text, sex, manner) for text in ("Θήλυ", "mężczyzna", "ЖЕНА", "m", "x", "-")] == [
        "f", "m", "f", "m", "x", None,
    ]  # fmt: skip
    wrong = parse("unicorn", sex, manner)
    assert isinstance(wrong, Wrong)
    assert wrong.values["known"] == "f, m, x"


def test_words_of_a_country_s_profile() -> None:
    kind = reading.load("services").fields["service_type"]
    manner = Manner(words={"service_type": words_of(kind, "pl")})
    assert told("ŚDS", kind, manner) == "sds"
    assert told("dom pomocy społecznej", kind, manner) == "dps"
    assert told("DPS", kind, Manner()) == "no_words"


def test_several_words() -> None:
    groups = field("choices", words=(Word("older", NAMES), Word("homeless", NAMES)))
    manner = Manner(words={"x": {"older": "older", "homeless": "homeless"}})
    assert told("older; homeless;older", groups, manner) == ["older", "homeless"]
    assert told("older, homeless", groups, manner) == ["older", "homeless"]
    assert told("older; unicorns", groups, manner) == "unknown_word"


def test_codes_of_areas() -> None:
    area = field("area")
    form = Manner(area_form=r"\d{4}")
    assert told("4501", area, form) == "4501"
    assert told("501", area, form) == "lost_zero"
    assert told("Athens", area, form) == "not_an_area"
    known = Manner(area_form=r"\d{4}", area_codes={"0501": "0501"})
    assert told("501", area, known) == "lost_zero"
    assert told("9999", area, known) == "unknown_area"
    kinds = Manner(area_codes={"1201012": "1201012", "120101": "1201012"}, area_key=6)
    assert told("12 01 01 3", area, kinds) == "1201012"


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("Mo-Fr 08:00-16:00", ["MO,TU,WE,TH,FR"], ["08:00-16:00"]),
        ("Δε-Πα 8:00 - 14:30; Σάβ 09:00-13:00", ["MO,TU,WE,TH,FR", "SA"], ["08:00-14:30", "09:00-13:00"]),
        ("poniedziałek: 8.00-15.00", ["MO"], ["08:00-15:00"]),
        ("Fr-Mo 10:00-12:00", ["MO,FR,SA,SU"], ["10:00-12:00"]),
        ("Tue, Thu 9:00-11:00, 15:00-17:00", ["TU,TH", "TU,TH"], ["09:00-11:00", "15:00-17:00"]),
        ("24/7", ["MO,TU,WE,TH,FR,SA,SU"], ["00:00-24:00"]),
        ("08:00-20:00", ["MO,TU,WE,TH,FR,SA,SU"], ["08:00-20:00"]),
    ],
)  # fmt: skip
def test_opening_hours(text: str, days: list[str], hours: list[str]) -> None:
    entries = opening_hours(text) or []
    assert [entry["rrule"] for entry in entries] == [f"FREQ=WEEKLY;BYDAY={day}" for day in days]
    assert [f"{entry['opens']}-{entry['closes']}" for entry in entries] == hours


@pytest.mark.parametrize(
    "text", ["by appointment", "Mo-Xx 8:00-9:00", "Mo 25:00-26:00", "[1]", "[]"]
)
def test_opening_hours_that_cannot_be_read(text: str) -> None:
    assert opening_hours(text) is None


def test_objects_and_shapes() -> None:
    assert told('{"min_age": 65}', field("object")) == {"min_age": 65}
    assert told("[1]", field("object")) == "not_json"
    assert told('{"a": NaN}', field("object")) == "not_json"
    assert told("{" * 500, field("object")) == "not_json"
    square = told("POLYGON ((23 37, 24 37, 24 38, 23 37))", field("shape"))
    assert square.startswith("0106000020E6100000")
    assert told("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", field("shape")) == "shape_invalid"
    assert told("POLYGON ((500 0, 501 0, 501 1, 500 0))", field("shape")) == "shape_invalid"
    assert told("POINT (1 1)", field("shape")) == "not_a_shape"


@pytest.mark.parametrize(
    ("kind", "more", "text"),
    [
        ("text", {"most": 200, "pattern": r"[^@\s]+@[^@\s]+\.[^@\s]+"}, "a@" + "." * 100_000),
        ("opening", {"most": 2_000}, "Mo" + " " * 1_990 + "x"),
        ("opening", {"most": 2_000}, "a " * 990),
        ("number", {}, "1" * 100_000),
        ("number", {}, "1,234" * 20_000),
        ("shape", {}, "POLYGON((" + " " * 99_000 + "x"),
        ("date", {}, "1" * 100_000),
        ("choices", {"words": (Word("older", NAMES),)}, ";" * 100_000),
    ],
)  # fmt: skip
def test_no_text_takes_long(kind: Kind, more: dict[str, Any], text: str) -> None:
    import time

    began = time.process_time()
    told(text, field(kind, **more))
    assert time.process_time() - began < 0.5
