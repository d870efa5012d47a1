"""What is not known is never stated as a negative finding: gaps, pockets, norms, rounded zeros."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pypdf
import pytest

from geo.releases.release import Release
from layers.catalogue import layer_of
from layers.credits import notices
from layers.figures import cells
from layers.reports.document import render_html, render_pdf
from layers.reports.summary import summary
from layers.styles.legend import legend

Make = Callable[..., Release]
PATTERNS = ("rate_pattern",)
GAPS = ("capacity_gap", "staff_shortfall")
DENIED_POCKET = {
    "en": "No pocket of high rates stands out beyond chance.",
    "el": "Κανένας θύλακας υψηλών ποσοστών δεν ξεχωρίζει πέρα από το τυχαίο.",
}
UNSOUGHT_POCKET = {
    "en": "Pockets of high rates could not be looked for: there are no data.",
    "el": "Δεν ήταν δυνατή η αναζήτηση θυλάκων υψηλών ποσοστών: δεν υπάρχουν δεδομένα.",
}
UNSHOWN_POCKET = {
    "en": "No pocket of high rates is shown in this release.",
    "el": "Σε αυτή την έκδοση δεν εμφανίζεται θύλακας υψηλών ποσοστών.",
}
DENIED_GAP = {"en": "The release shows no gap here", "el": "Η έκδοση δεν δείχνει κενό εδώ"}
NO_DATA_ON_GAPS = {
    "en": "There are no data on gaps here.",
    "el": "Εδώ δεν υπάρχουν δεδομένα για κενά.",
}


def with_figures(make: Make, indicators: tuple[str, ...], **entries: object) -> Release:
    """The release with all figures of these indicators alike, and no pockets."""
    values = make().values.copy()
    chosen = values["indicator"].isin(indicators)
    given = {"value": None, "low": None, "high": None, "category": None, **entries}
    for column, entry in given.items():
        values.loc[chosen, column] = entry
    return make(values=values, pockets=())


@pytest.fixture
def without_registers(make_release: Make) -> Release:
    """A country of which only the residents are known."""
    figures = make_release().values["indicator"].unique()
    unknown = tuple(str(each) for each in figures if each != "population")
    return with_figures(make_release, unknown, status="no_data")


def documents(release: Release, code: str, lang: str) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(release, code, lang=lang)))
    pdf = " ".join(page.extract_text() for page in reader.pages)
    return [re.sub(r"\s+", " ", text) for text in (render_html(release, code, lang=lang), pdf)]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_nothing_known_is_never_a_finding(without_registers: Release, lang: str) -> None:
    said = " ".join(summary(without_registers, "R9").sentences[lang])
    for text in (said, *documents(without_registers, "R9", lang)):
        assert DENIED_POCKET[lang] not in text
        assert UNSOUGHT_POCKET[lang] in text
        assert DENIED_GAP[lang] not in text
    for text in documents(without_registers, "R9", lang):
        assert NO_DATA_ON_GAPS[lang] in text


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("en", "For 9 municipalities the staffing norm cannot be assessed."),
        ("el", "Για 9 δήμους το πρότυπο στελέχωσης δεν μπορεί να αξιολογηθεί."),
    ],
)
def test_a_norm_that_was_assessed_nowhere_is_neither_met_nor_missed(
    without_registers: Release, lang: str, wanted: str
) -> None:
    said = " ".join(summary(without_registers, "R9").sentences[lang])
    assert wanted in said
    assert not re.search(r"(is|not) met|(κ|Δεν κ)αλύπτεται σε", said)


def test_where_no_norm_applies_that_alone_is_said(make_release: Make) -> None:
    no_norm = with_figures(make_release, ("staff_norm",), status="shown", category="no_norm")
    values = no_norm.values[no_norm.values["indicator"] != "staff_shortfall"]
    release = make_release(values=values)
    said = summary(release, "R9").sentences["en"][1]
    assert said == "In 9 municipalities no staffing norm applies."


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_pocket_is_denied_where_patterns_were_analysed(make_release: Make, lang: str) -> None:
    release = with_figures(make_release, PATTERNS, status="shown", category="not_significant")
    assert DENIED_POCKET[lang] in summary(release, "R9").sentences[lang]


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("category", ["high_high", "not_significant"])
def test_a_pocket_that_may_be_hidden_is_not_denied(
    make_release: Make, lang: str, category: str
) -> None:
    shown = with_figures(make_release, PATTERNS, status="shown", category=category)
    values = shown.values.copy()
    hidden = (values["indicator"] == "rate_pattern") & (values["area_code"] == "9103")
    if category == "not_significant":
        values.loc[hidden, "status"] = "withheld"
    said = summary(make_release(values=values, pockets=()), "R9").sentences[lang]
    assert DENIED_POCKET[lang] not in said
    assert UNSHOWN_POCKET[lang] in said


def test_a_municipality_is_in_no_pocket_only_where_that_is_known(make_release: Make) -> None:
    release = make_release(pockets=())
    said = {code: summary(release, code).pockets_note for code in ("9102", "9103", "9109", "9101")}
    known = {code: note["en"] for code, note in said.items() if note is not None}
    assert known["9102"] == "The municipality belongs to no pocket of high rates."
    unshown = "For this municipality the release shows no pocket of high rates."
    assert known["9103"] == known["9101"] == unshown
    assert known["9109"] == "Pockets of high rates could not be looked for here: there are no data."


@pytest.mark.parametrize(
    ("status", "value", "wanted"),
    [
        ("shown", 0.0, "The release shows no gap here."),
        ("withheld", 3.0, "No gap figure is shown here: figures are withheld to protect people."),
        ("no_data", None, "There are no data on gaps here."),
        ("not_applicable", None, "Figures on gaps do not apply here."),
    ],
)
def test_no_gap_is_said_on_a_shown_zero_only(
    make_release: Make, status: str, value: float | None, wanted: str
) -> None:
    release = with_figures(make_release, GAPS, status=status, value=value)
    note = summary(release, "R9").gaps_note
    assert note is not None
    assert note["en"].startswith(wanted)
    assert wanted in render_html(release, "9102", lang="en")


def test_gaps_that_are_listed_need_no_note(release: Release) -> None:
    assert summary(release, "R9").gaps_note is None
    assert summary(release, "R9").pockets_note is None


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_count_rounded_to_zero_is_about_zero_and_no_denial(make_release: Make, lang: str) -> None:
    exact = with_figures(make_release, GAPS, status="shown", value=0.0)
    release = make_release(values=exact.values, pockets=(), rounded_to=5)
    about = {"en": "about 0", "el": "περίπου 0"}[lang]
    gap = layer_of(release, "capacity_gap.home_help")
    assert {cell.text[lang] for cell in cells(release, gap)} == {about}
    posts = cells(release, layer_of(release, "staff_shortfall"))
    assert {cell.text[lang] for cell in posts} == {"0"}
    assert legend(release, gap).items[0].label[lang] == about
    page = render_html(release, "R9", lang=lang)
    assert DENIED_GAP[lang] not in page
    assert {"en": "No recorded need", "el": "Καμία καταγεγραμμένη"}[lang] not in page
    note = summary(release, "R9").gaps_note
    assert note is not None
    assert about in note[lang]


def test_a_zero_that_is_not_rounded_stays_a_zero(make_release: Make) -> None:
    release = with_figures(make_release, GAPS, status="shown", value=0.0)
    gap = layer_of(release, "capacity_gap.home_help")
    assert legend(release, gap).items[0].label == {"en": "0", "el": "0"}
    assert (
        "No recorded need exceeds the places there are." in summary(release, "R9").sentences["en"]
    )


def test_a_derived_outline_is_not_derived_municipalities(make_release: Make) -> None:
    zones = make_release().zones
    official = zones["geometry_kind"].where(zones["level"] != "municipality", "official")
    release = make_release(zones=zones.assign(geometry_kind=official))
    assert set(official) == {"derived", "official"}
    assert "derived_areas" not in [notice.code for notice in notices(release)]


def test_a_country_is_not_called_a_region(make_release: Make) -> None:
    zones = make_release().zones.copy()
    top = zones["code"] == "R9"
    zones.loc[top, ["code", "name_en", "name_el"]] = ["gr", "Greece", "Ελλάδα"]
    values = make_release().values
    values = values.assign(area_code=values["area_code"].replace("R9", "gr"))
    names = {"en": "Greece", "el": "Ελλάδα"}
    release = make_release(region_code="gr", region_names=names, zones=zones, values=values)
    said = summary(release, "gr").sentences
    assert said["en"][0] == "998,189 people live in the 9 municipalities of Greece (2021)."
    assert said["el"][0] == "Ελλάδα: στους 9 δήμους ζουν 998.189 κάτοικοι (2021)."
    for code in ("gr", "9102"):
        assert "Region" not in render_html(release, code, lang="en")
        greek = re.sub(r"μέσο όρο της περιφέρειας", "", render_html(release, code, lang="el"))
        assert "εριφέρεια" not in greek


def test_the_rounding_notice_speaks_of_people_in_need(make_release: Make) -> None:
    told = {notice.code: notice.text for notice in notices(make_release(rounded_to=5))}
    assert told["rounded"] == {
        "en": "Counts of people in need are rounded to the nearest 5.",
        "el": "Οι αριθμοί ατόμων με ανάγκη στρογγυλοποιούνται στο πλησιέστερο πολλαπλάσιο του 5.",
    }
