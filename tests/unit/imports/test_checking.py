"""Each row is accepted, refused with row, column and reason, or told to be no record."""

from __future__ import annotations

import shapely

from geo.fields import reading
from geo.files.message import Message, Opened, Rows
from geo.imports.check import Checker, Piece
from geo.imports.country import country
from geo.imports.finding import WORDS, Finding, Findings, Wrong
from geo.imports.mapping import ColumnMapping
from geo.imports.places import Areas, NamedArea
from geo.imports.prepare import Prepared, open_sheet, prepare


def sheet_of(register: str, *rows: list[str]) -> Prepared:
    messages: list[Message] = [Opened("csv", delimiter=","), Rows(1, list(rows))]
    described = reading.load(register)
    return prepare(open_sheet(messages, described, ()), described, None, {})


def checked(
    register: str,
    header: list[str],
    *rows: list[str],
    mapping: ColumnMapping | None = None,
    code: str = "gr",
    areas: Areas | None = None,
) -> tuple[Checker, Piece]:
    described = reading.load(register)
    messages: list[Message] = [Opened("csv", delimiter=","), Rows(1, [header, *rows])]
    sheet = open_sheet(messages, described, (1,))
    prepared = prepare(sheet, described, mapping, {}, code)
    checker = Checker(
        described,
        prepared.mapping,
        sheet.layout.names,
        prepared.manner,
        country(code),
        areas=areas,
        exact_width=",",
    )
    return checker, checker.check(next(sheet.rows))


def found(checker: Checker) -> list[tuple[int, str, str | None, str]]:
    return [(f.row, f.level, f.field, f.wrong.code) for f in checker.findings.kept]


SITES = ["id", "agency", "address", "lat", "lon"]


def test_coordinates_are_named_by_field() -> None:
    checker, piece = checked(
        "sites",
        SITES,
        ["1", "a", "Akti 1", "37.98", "23.73"],
        ["2", "a", "Akti 1", "NaN", "23.73"],
        ["3", "a", "Akti 1", "37.98", "Infinity"],
        ["4", "a", "Akti 1", "23.73", "37.98"],
        ["5", "a", "Akti 1", "52.23", "21.01"],
        ["6", "a", "Akti 1", "0", "0"],
        ["7", "a", "Akti 1", "37.98", ""],
        ["8", "a", "Akti 1", "", ""],
        ["9", "a", "Akti 1", "1e400", "23"],
    )
    assert piece.accepted.numbers == [2, 9]
    assert found(checker) == [
        (3, "rejected", "lat", "not_finite"),
        (4, "rejected", "lon", "not_finite"),
        (5, "rejected", "lat", "swapped"),
        (6, "rejected", "lat", "outside_country"),
        (7, "rejected", "lat", "outside_country"),
        (8, "rejected", "lon", "half_a_place"),
        (10, "rejected", "lat", "not_finite"),
    ]


def test_a_missing_field_and_a_missing_value_are_told_apart() -> None:
    checker, piece = checked("staff", ["id", "service", "kind"], ["1", "s", "x"], ["2", "", "y"])
    assert not piece.accepted
    assert found(checker) == [
        (2, "rejected", "specialty", "missing_field"),
        (3, "rejected", "service_external_id", "missing"),
        (3, "rejected", "specialty", "missing_field"),
    ]
    assert "[constants]" in checker.findings.kept[0].told("en").remedy


def test_the_same_identifier_twice_names_the_first_row() -> None:
    checker, piece = checked("agencies", ["id", "name"], ["1", "A"], ["2", "B"], ["1", "C"])
    assert piece.accepted.numbers == [2, 3]
    assert checker.findings.kept[0].wrong == Wrong("twice", {"row": 2})
    again = checker.check(Rows(5, [["2", "D"]]))
    assert again.rejected == {5: "id: the same row stands in row 3 already"}


def test_rows_without_identifiers_are_known_by_what_they_say() -> None:
    checker, piece = checked("agencies", ["name", "e-mail"], ["Άλφα  Α", "a@b.gr"], ["Βήτα", ""])
    assert checker.made_identifiers == ("name",)
    again, twin = checked("agencies", ["name", "e-mail"], ["άλφα α", "c@d.gr"])
    first = piece.accepted.columns["external_id"]
    assert twin.accepted.columns["external_id"] == first[:1]
    assert first[0].startswith("made-") and first[0] != first[1]
    assert again.tally.accepted == 1


def test_too_many_and_too_few_cells() -> None:
    checker, piece = checked(
        "agencies", ["id", "name"], ["1", "A", "", ""], ["2", "B", "C"], ["3"], ["4", "D"]
    )
    assert piece.accepted.numbers == [2, 5]
    assert [(f.row, f.wrong.code) for f in checker.findings.kept] == [
        (3, "cells"), (4, "cells"), (4, "missing"),
    ]  # fmt: skip


def test_rows_that_are_no_records_are_counted_apart() -> None:
    header = ["nazwa", "typ", "adres", "kod pocztowy", "liczba miejsc"]
    checker, piece = checked(
        "services",
        header,
        ["Homes for older people", "", "", "", ""],
        ["Dom A", "DPS", "x", "30-001", "12"],
        header,
        ["Razem miejsca", "", "", "", "12"],
        ["", "", "", "", "12"],
        ["Total Care", "DPS", "y", "30-002", "3"],
        code="pl",
    )
    assert piece.accepted.numbers == [3, 7]
    assert found(checker) == [
        (2, "skipped", None, "section_row"),
        (4, "skipped", None, "header_again"),
        (5, "skipped", None, "total_row"),
        (6, "skipped", None, "section_row"),
    ]
    tally = checker.tally
    assert (tally.total, tally.accepted, tally.rejected, tally.skipped) == (6, 2, 0, 4)


def test_rules_between_fields() -> None:
    header = ["id", "person", "household", "service needed", "since", "closed on"]
    mapping = ColumnMapping(
        "needs",
        {
            "id": "external_id",
            "person": "person_external_id",
            "household": "household_external_id",
            "service needed": "service_type",
            "since": "since",
            "closed on": "closed_on",
        },
    )
    checker, _ = checked(
        "needs",
        header,
        ["1", "p", "", "community_centre", "2026-01-02", "2026-01-01"],
        ["2", "p", "h", "community_centre", "2026-01-02", ""],
        ["3", "", "", "community_centre", "2026-01-02", ""],
        ["4", "p", "", "community_centre", "2026-01-02", "2026-02-01"],
        mapping=mapping,
    )
    assert found(checker) == [
        (2, "rejected", "closed_on", "order"),
        (3, "rejected", "person_external_id", "one_of"),
        (4, "rejected", "person_external_id", "one_of"),
    ]


def test_words_may_be_translated_and_constants_given() -> None:
    mapping = ColumnMapping(
        "services",
        {"name": "name", "kind": "service_type"},
        constants={"sector": "older"},
        values={"service_type": {"D.P.S.": "dps"}},
    )
    checker, piece = checked(
        "services", ["name", "kind"], ["A", "D.P.S."], ["B", "unicorn"], mapping=mapping, code="pl"
    )
    assert piece.accepted.columns["service_type"] == ["dps"]
    assert piece.accepted.columns["sector"] == ["older"]
    assert "[values.service_type]" in checker.findings.kept[0].told("en").remedy


def square(west: float, south: float) -> shapely.Polygon:
    return shapely.box(west, south, west + 1, south + 1)


AREAS = Areas(
    [
        NamedArea("unit", "1206", ("krakowski",), square(19, 50)),
        NamedArea("unit", "1261", ("Kraków",), square(20, 50)),
        NamedArea("unit", "1219", ("wielicki",), square(21, 50)),
        NamedArea("municipality", "1206011", ("Liszki",), square(19, 50)),
        NamedArea("municipality", "1219012", ("Brzeźnica", "Other"), square(21, 50)),
        NamedArea("municipality", "1219022", ("Brzeźnica",), square(22, 50)),
    ]
)


def test_points_are_held_against_the_areas_they_name() -> None:
    named = [
        {"district": "powiat krakowski"},
        {"district": "krakowski", "municipality": "Kraków"},
        {"district": "wielicki", "municipality": "Węgrzce Wielkie"},
        {"district": "KRAKOWSKI"},
        {"district": "nowhere"},
        {"district": "krakowski"},
    ]
    points = [(50.5, 19.5), (50.5, 20.5), (50.5, 20.5), (50.5, 21.5), (50.5, 19.5), (10.0, 10.0)]
    assert AREAS.disagreements(points, named) == [
        None,
        None,
        ("district", Wrong("outside_named_area", {"named": "wielicki", "found": "Kraków"})),
        ("district", Wrong("outside_named_area", {"named": "KRAKOWSKI", "found": "wielicki"})),
        None,
        ("district", Wrong("in_no_area", {"named": "krakowski"})),
    ]


def test_municipalities_are_found_by_place_or_by_name() -> None:
    checker, piece = checked(
        "sites",
        ["id", "agency", "address", "gmina", "lat", "lon"],
        ["1", "a", "Akti 1", "", "50.5", "19.5"],
        ["2", "a", "Akti 1", "gmina Liszki", "", ""],
        ["3", "a", "Akti 1", "Brzeźnica", "", ""],
        ["4", "a", "Akti 1", "Nowhere", "", ""],
        code="pl",
        areas=AREAS,
    )
    assert piece.accepted.columns["area_code"] == ["1206011", "1206011", None, None]
    assert found(checker) == [
        (4, "warning", "municipality", "many_names"),
        (5, "warning", "municipality", "unknown_name"),
    ]
    assert checker.tally.warned == 2


def test_the_country_and_the_decimal_sign_are_seen() -> None:
    polish = sheet_of("services", ["nazwa", "miejsca"], ["Łódź", "1"], ["Żary", "2"])
    assert polish.country is not None and polish.country.code == "pl"
    comma = sheet_of("staff", ["id", "fte"], ["1", "0,5"], ["2", "1"])
    assert comma.mapping.decimal == ","


def test_findings_are_counted_when_they_are_too_many_to_keep() -> None:
    findings = Findings()
    for row in range(50_000):
        findings.add(Finding(row, "rejected", Wrong("missing"), "a", "a"))
    findings.add(Finding(50_001, "rejected", Wrong("not_a_date"), "b", "b"))
    assert findings.number("rejected") == 50_001
    assert len(findings.kept) < 2_500
    assert findings.kept[-1].wrong.code == "not_a_date"


def test_a_finding_never_speaks_of_the_value() -> None:
    finding = Finding(3, "rejected", Wrong("not_a_date"), "born", "birth_date", "12.12.1950x")
    assert "1950" not in f"{finding!r} {finding} {[finding]}"


def test_every_sentence_is_told_in_both_languages() -> None:
    for code in WORDS.codes():
        places = WORDS.places(code, "en")
        assert places == WORDS.places(code, "el"), code
        told = WORDS.tell(code, "el", dict.fromkeys(places, "1"))
        assert told.problem and told.remedy
        assert any("α" <= sign <= "ώ" for sign in told.problem)


def test_a_filler_is_no_name() -> None:
    fillers = ("X", "x", "-", "—", ".", "n/a", "B")
    mapping = ColumnMapping(
        "services", {"nazwa": "name", "x": "fee"}, constants={"service_type": "dps"}
    )
    checker, piece = checked(
        "services",
        ["nazwa", "x"],
        ["Dom A", "-"],
        *([filler, "12"] for filler in fillers),
        ["Dom B", "12"],
        mapping=mapping,
        code="pl",
    )
    assert piece.accepted.numbers == [2, 10]
    assert piece.accepted.columns["fee"] == [None, "12"]
    assert found(checker) == [(row, "rejected", "name", "filler") for row in range(3, 10)]
    assert piece.rejected[3] == "nazwa: “X” stands for an empty cell and tells nothing"


def test_a_row_may_be_known_by_more_than_a_filler_for_its_name() -> None:
    header = ["name", "kind", "address"]
    checker, piece = checked(
        "services",
        header,
        ["-", "dps", "Długa 1"],
        ["-", "dps", "Długa 2"],
        ["-", "dps", "Długa 1"],
        ["A", "dps", "Długa 1"],
        mapping=ColumnMapping(
            "services", {"name": "name", "kind": "service_type", "address": "address"}
        ),
        code="pl",
    )
    assert piece.accepted.numbers == [2, 3, 5]
    assert found(checker) == [(4, "rejected", "name", "filler")]


def test_a_filler_where_a_value_is_required_is_told_as_such() -> None:
    checker, _ = checked("agencies", ["id", "name"], ["1", "-"], ["2", ""])
    assert found(checker) == [(2, "rejected", "name", "filler"), (3, "rejected", "name", "missing")]


def test_reasons_that_differ_are_told_in_general() -> None:
    findings = Findings()
    values = ({"named": "a", "found": "b"}, {"named": "c", "found": "d"})
    for row, value in enumerate(values, 2):
        findings.add(Finding(row, "warning", Wrong("outside_named_area", value), "powiat"))
        findings.add(Finding(row, "rejected", Wrong("twice", {"row": row}), "id"))
        findings.add(Finding(row, "rejected", Wrong("missing"), "name"))
    findings.add(Finding(9, "rejected", Wrong("in_no_area", {"named": "e"}), "powiat"))
    assert findings.coded({"outside_named_area", "in_no_area"}) == 3
    assert findings.several == {
        ("warning", "powiat", "outside_named_area"),
        ("rejected", "id", "twice"),
    }
