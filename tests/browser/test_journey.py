"""What people do: read a figure wherever it stands, in two languages, and file a report."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Site
from tests.browser.entering import log_in, visitor

PERISTERI = "4701"
IN_PERISTERI = (38.0154, 23.6919)


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh visitor; at the end no request may have gone elsewhere and nothing have failed."""
    with visitor(browser, site) as made:
        yield made


def ready(page: Page, which: str = "map") -> None:
    expect(page.get_by_test_id(which)).to_have_attribute("data-map-ready", "true", timeout=60_000)


def text(page: Page, address: str) -> Any:
    answer = page.request.get(address)
    assert answer.ok, answer.text()
    return answer


def click_peristeri(page: Page) -> None:
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_test_id("map-status")).to_have_attribute("data-selected", PERISTERI)


def test_the_same_figure_on_map_table_geojson_tile_and_pdf(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/review/")
    log_in(page, site, "committee")
    lat, lon = IN_PERISTERI
    page.goto(f"{site.url}/?lang=en&layer=beneficiaries&map=12/{lat}/{lon}")
    ready(page)
    click_peristeri(page)
    value = page.get_by_test_id("panel-value").inner_text().strip()
    assert re.fullmatch(r"[\d,]{2,7}", value)
    assert value in page.get_by_test_id("map-status").inner_text()

    page.keyboard.press("t")
    row = page.locator(f"[data-testid=table] [data-code='{PERISTERI}']")
    expect(row.get_by_test_id("figure")).to_have_text(value)

    layer = next(
        one
        for one in text(page, f"{site.url}/api/v1/layers").json()["layers"]
        if one["id"] == "beneficiaries"
    )
    document = text(page, site.url + layer["geojson"]).json()
    told = next(
        feature["properties"]
        for feature in document["features"]
        if feature["properties"]["code"] == PERISTERI
    )
    assert told["text_en"] == value
    assert told["value"] == int(value.replace(",", ""))

    tile = text(page, f"{site.url}/tiles/latest/beneficiaries/10/579/394.mvt").body()
    inside = mapbox_vector_tile.decode(tile)["areas"]["features"]
    assert {
        feature["properties"]["value"]
        for feature in inside
        if feature["properties"]["code"] == PERISTERI
    } == {told["value"]}

    pdf = text(page, f"{site.url}/api/v1/reports/{PERISTERI}?format=pdf&lang=en").body()
    words = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
    assert re.search(rf"(?<!\d){re.escape(value)}(?!\d)", words)


def test_the_map_says_why_and_speaks_greek(page: Page, site: Site) -> None:
    lat, lon = IN_PERISTERI
    page.goto(f"{site.url}/?lang=en&layer=staff_norm&map=12/{lat}/{lon}")
    ready(page)
    click_peristeri(page)
    expect(page.get_by_test_id("notice").first).to_contain_text("not official")
    why = page.get_by_test_id("why").first
    why.locator("summary").click()
    expect(why).to_contain_text("132,123")
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("no data")

    page.locator("[data-testid=lang-switch] [data-lang=el]").click()
    expect(page.locator("html")).to_have_attribute("lang", "el")
    expect(legend).to_contain_text("χωρίς δεδομένα")
    expect(page.get_by_test_id("panel")).to_contain_text("Περιστερίου")
    expect(page.get_by_test_id("why").first).to_contain_text("132.123")
    expect(page.get_by_test_id("notice").first).to_contain_text("όρια")
    labels = page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map(e => e.getAttribute('aria-label'))"
    )
    english = [one for one in labels if re.search(r"\b(Zoom|Map|Close|Find|Toggle)\b", one)]
    assert english == []


def test_withheld_no_data_and_zero_are_told_apart(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/?lang=en&layer=observations&view=table")
    expect(page.locator("[data-testid=table] [data-status]")).to_have_count(67, timeout=30_000)
    statuses = set(
        page.locator("[data-testid=table] [data-status]").evaluate_all(
            "rows => rows.map(row => row.dataset.status)"
        )
    )
    assert {"shown", "withheld", "no_data"} <= statuses
    for status, words in (("withheld", ": withheld"), ("no_data", "no data")):
        row = page.locator(f"[data-testid=table] [data-status={status}]").first
        expect(row.get_by_test_id("figure")).to_have_text(words)


def test_a_street_worker_files_a_report_and_sees_it(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site.url}/field/?lang=el")
    page.locator("[data-testid=lang-switch] [data-lang=el]").click()
    log_in(page, site, "street")
    page.get_by_test_id("place-gps").click()
    page.get_by_test_id("gps-start").click()
    expect(page.get_by_test_id("place-known")).to_contain_text("8")
    form = page.get_by_test_id("report-form")
    form.locator(".chip").first.click()
    page.get_by_test_id("more").click()
    note = "Δύο άτομα στη στοά, ζήτησαν κουβέρτες"
    form.locator("textarea").fill(note)
    page.get_by_test_id("send").click()
    receipt = page.get_by_test_id("receipt")
    expect(receipt).to_contain_text("Αθηναίων")
    assert receipt.get_attribute("data-id")
    expect(page.get_by_test_id("report-list")).to_contain_text(note)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "κουβέρτες" not in kept
    assert "37.98" not in kept


def test_a_committee_member_reviews_the_region(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/review/?lang=en")
    log_in(page, site, "committee")
    expect(page.get_by_test_id("review-summary")).to_contain_text("3,792,469")
    expect(page.get_by_test_id("withheld-share")).to_be_visible()
    expect(page.get_by_test_id("pockets")).to_be_visible()
    assert page.get_by_test_id("report-pdf").get_attribute("href")


def test_an_administrator_sees_who_may_enter(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/admin/?lang=en")
    log_in(page, site, "admin")
    expect(page.get_by_test_id("users")).to_contain_text("street")
