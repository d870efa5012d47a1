"""The planning summary: its sentences, its gaps, its document in two languages."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pypdf
import pytest

from geo.errors import InvalidInput, NotFound
from geo.releases.release import Release
from layers.catalogue import layers_of
from layers.figures import cells
from layers.reports.document import render_html, render_pdf
from layers.reports.sentences import sentence
from layers.reports.summary import summary
from layers.reports.tables import area_tables, municipality_tables

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def region_pdf(release: Release) -> bytes:
    return render_pdf(release, "R9", lang="el")


def plain(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.mark.parametrize(
    ("count", "en", "el"),
    [
        (1, "1 post is missing.", "λείπει 1 θέση εργασίας."),
        (2, "2 posts are missing.", "λείπουν 2 θέσεις εργασίας."),
        (0, "0 posts are missing.", "λείπουν 0 θέσεις εργασίας."),
    ],
)
def test_plurals_follow_the_number(count: int, en: str, el: str) -> None:
    key = "municipality.norm_short_by"
    assert sentence(key, "en", count=count, n=str(count)).endswith(en)
    assert sentence(key, "el", count=count, n=str(count)).endswith(el)


def test_a_sentence_that_needs_a_count_says_so() -> None:
    with pytest.raises(InvalidInput, match="needs a count"):
        sentence("region.pockets", "en", n="1", names="x")
    with pytest.raises(InvalidInput, match="no sentence"):
        sentence("region.weather", "en")


def test_a_municipality_is_summed_up(release: Release) -> None:
    found = summary(release, "9102")
    assert found.names == {"en": "Nea Smyrni", "el": "Νέα Σμύρνη"}
    assert found.sentences["en"][:2] == [
        "73,090 people live here (2021).",
        "The community centre is below the staffing norm: 1 post is missing. "
        "Posts filled: 2; posts that the norm asks for: 3.",
    ]
    assert "Εδώ ζουν 73.090 κάτοικοι (2021)." in found.sentences["el"]
    assert "Share of residents within reach: community centres 91.0%." in found.sentences["en"]
    assert not any("withheld" in said for said in found.sentences["en"])


def test_every_norm_result_has_its_sentence(release: Release) -> None:
    said = {code: " ".join(summary(release, code).sentences["en"]) for code in ("9101", "9105")}
    assert "meets the staffing norm" in said["9101"]
    assert "no staffing norm applies" in said["9105"]
    nothing = " ".join(summary(release, "9109").sentences["el"])
    assert "Δεν υπάρχουν δεδομένα για το προσωπικό" in nothing
    assert "δεν πέρασε ομάδα δρόμου" in nothing


def test_nothing_is_said_of_withheld_figures_but_how_many(release: Release) -> None:
    found = summary(release, "9103")
    assert found.sentences["en"][-1] == "Of 16 figures, 6 are withheld to protect people (38%)."
    text = json.dumps(found.sentences)
    assert "income support" not in text
    assert "need" not in text.replace("needed", "")
    assert not re.search(r"(<|under|fewer than|less than|κάτω από|λιγότερ\w+ από)\s*\d", text)


def test_the_region_counts_norms_gaps_pockets_and_what_is_missing(release: Release) -> None:
    found = summary(release, "R9")
    english = " ".join(found.sentences["en"])
    assert "998,189 people live in the 9 municipalities of Attica (2021)." in english
    assert "is met in 4 municipalities. It is not met in 2 municipalities." in english
    assert "In all, 3 posts are missing." in english
    assert "For 1 municipality the staffing norm cannot be assessed." in english
    assert "There is 1 pocket of high rates: Athens and Piraeus." in english
    assert "In 4 municipalities no street team looked" in english
    assert "Of 160 figures, 11 are withheld to protect people (7%)." in english
    greek = " ".join(found.sentences["el"])
    assert "Υπάρχει 1 θύλακας υψηλών ποσοστών: Αθήνα και Πειραιάς." in greek
    assert "Σε 4 δήμους δεν πέρασε ομάδα δρόμου" in greek


def test_gaps_are_sorted_by_people_then_posts(release: Release) -> None:
    gaps = summary(release, "R9").gaps
    assert [(gap.layer, gap.area) for gap in gaps] == [
        ("capacity_gap.home_help", "9101"),
        ("capacity_gap.home_help", "9104"),
        ("capacity_gap.home_help", "9102"),
        ("capacity_gap.home_help", "9106"),
        ("staff_shortfall", "9103"),
        ("staff_shortfall", "9102"),
    ]
    assert gaps[0].text == {"en": "80", "el": "80"}


def test_a_pocket_names_its_members(release: Release) -> None:
    (pocket,) = summary(release, "9106").pockets
    assert [member.names["el"] for member in pocket.members] == ["Αθήνα", "Πειραιάς"]
    assert summary(release, "9102").pockets == ()


def test_no_pockets_are_denied_where_none_were_sought(make_release: Callable[..., Release]) -> None:
    release = make_release()
    unsought = make_release(
        values=release.values[release.values["indicator"] != "rate_pattern"], pockets=()
    )
    assert not summary(unsought, "R9").pockets_sought
    assert "pocket" not in " ".join(summary(unsought, "R9").sentences["en"])
    assert "Pockets" not in render_html(unsought, "R9", lang="en")


def test_an_unknown_area_is_not_found(release: Release) -> None:
    with pytest.raises(NotFound):
        summary(release, "1234")


@pytest.mark.parametrize("lang", ["en", "el"])
def test_tables_hold_every_figure_once(release: Release, lang: str) -> None:
    own = {
        row[0]: row[1] for table in area_tables(release, "9106", lang=lang) for row in table.rows
    }
    shown = [layer for layer in layers_of(release) if layer.kind == "choropleth"]
    assert len(own) == len(shown)
    columns = [len(table.head) - 1 for table in municipality_tables(release, lang=lang)]
    assert sum(columns) == len(shown)
    assert all(len(table.rows) == 10 for table in municipality_tables(release, lang=lang))


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_page_says_the_same_as_every_other_output(release: Release, lang: str) -> None:
    page = render_html(release, "R9", lang=lang)
    rows = [
        tuple(unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row))
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)
    ]
    for layer in layers_of(release):
        if layer.kind == "choropleth":
            for cell in cells(release, layer):
                wanted = cell.names[lang]
                assert any(row[0] == wanted and cell.text[lang] in row for row in rows), cell


def test_the_page_loads_and_runs_nothing(release: Release) -> None:
    page = render_html(release, "9103", lang="en")
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    for address in re.findall(r'(?:src|href)="([^"]*)"', page):
        assert address.startswith("data:image/png;base64,")
    assert "default-src 'none'" in unescape(page)


@pytest.mark.parametrize(("code", "lang"), [("R9", "el"), ("9102", "en")])
def test_a_pdf_has_the_figures_of_its_language(
    release: Release, region_pdf: bytes, code: str, lang: str
) -> None:
    text = plain(region_pdf if code == "R9" else render_pdf(release, code, lang=lang))
    for layer in layers_of(release):
        if layer.kind == "choropleth":
            own = next(cell for cell in cells(release, layer) if cell.code == code)
            assert own.text[lang] in text, layer.id
    if lang == "el":
        assert "Αττική: στους 9 δήμους ζουν 998.189 κάτοικοι" in text
        assert "σελίδα 1 από" in text
        assert ": δεν δημοσιεύεται" in text
    else:
        assert "73,090 people live here (2021)." in text
        assert "page 1 of" in text


def test_a_pdf_is_tagged_titled_and_in_its_language(region_pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(region_pdf))
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "el"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Σύνοψη σχεδιασμού: κάλυψη κοινωνικών υπηρεσιών – Αττική"
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()  # type: ignore[index]


def _structure(node: Any) -> list[Any]:
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    return [node] + [found for child in children for found in _structure(child)]


def test_every_picture_and_table_of_a_pdf_is_told(region_pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(region_pdf))
    nodes = _structure(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    kinds = [node.get("/S") for node in nodes]
    figures = [node for node in nodes if node.get("/S") == "/Figure"]
    assert len(figures) == 4
    assert all(len(str(node["/Alt"])) > 40 for node in figures)
    assert kinds.count("/Table") >= 8
    assert kinds.count("/TH") > 50
    assert "/H1" in kinds


def test_the_same_release_gives_the_same_pdf(release: Release, region_pdf: bytes) -> None:
    assert render_pdf(release, "R9", lang="el") == region_pdf
    reader = pypdf.PdfReader(io.BytesIO(region_pdf))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == release.created_at


def test_the_number_behind_a_withheld_figure_is_in_no_document(
    make_release: Callable[..., Release],
) -> None:
    release = make_release()
    values = release.values.copy()
    values.loc[values["status"] == "withheld", ["value", "low", "high"]] = 987654.321
    planted = make_release(values=values)
    assert "987,654" not in render_html(planted, "9103", lang="en")
    assert "987,654" not in plain(render_pdf(planted, "R9", lang="en"))
    assert "987654" not in json.dumps(summary(planted, "R9").as_dict(), default=str)


def test_a_rounded_release_says_about(public_release: Release) -> None:
    said = " ".join(summary(public_release, "R9").sentences["en"])
    assert "Athens – home help: about 80" in said
    assert "περίπου 80" in " ".join(summary(public_release, "R9").sentences["el"])
