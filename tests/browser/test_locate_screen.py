"""Addresses that wait for a place: solved with one key, taken back, placed by hand, remembered."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import Site
from tests.browser.entering import NARROW, WIDE, check_screen, log_in, visitor

pytestmark = pytest.mark.browser

ATHENS = "4501"
PERSON = """
INSERT INTO registry.person (id, external_id, source_id, synthetic, pseudonym, address,
    municipality_text, area_code)
SELECT :id, CAST(:id AS uuid)::text, min(id), true, :pseudonym, :address, :town, :area
FROM base.source
"""
PLACED = """
SELECT location_status, location_source, location_group, location_class, radius_m, matched,
    ST_Y(geom) AS lat, ST_X(geom) AS lon
FROM registry.person WHERE address = :address
"""
FORGOTTEN = (
    "DELETE FROM registry.address_alias",
    "DELETE FROM registry.person WHERE pseudonym LIKE 'LOC-%'",
    "DELETE FROM intake.locate_run",
)
# House letters are those no address of the demo has: only the records of a test are equal.
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    """What a test brought and decided is gone after it: the tests come in any order."""
    yield
    with site.owner.begin() as connection:
        for statement in FORGOTTEN:
            connection.execute(sa.text(statement))


def bring(site: Site, address: str, *, town: str | None = "Αθήνα", records: int) -> None:
    """Records with an address, as a file would bring them: nobody has looked for it yet."""
    rows = [
        {
            "id": uuid.uuid4(),
            "pseudonym": f"LOC-{next(_numbers)}",
            "address": address,
            "town": town,
            "area": ATHENS,
        }
        for _ in range(records)
    ]
    with site.owner.begin() as connection:
        connection.execute(sa.text(PERSON), rows)


def placed(site: Site, address: str) -> list[dict[str, Any]]:
    """Where the records with that address are, and who says so."""
    with site.owner.connect() as connection:
        return [
            dict(row)
            for row in connection.execute(sa.text(PLACED), {"address": address}).mappings()
        ]


def open_queue(page: Page, site: Site, name: str = "centre", lang: str = "en") -> None:
    page.goto(f"{site.url}/locate/?lang={lang}")
    log_in(page, site, name)
    expect(page.get_by_test_id("groups")).to_be_visible(timeout=15_000)


def find_places(page: Page) -> None:
    """Begins a run and waits for its end; what the page says of the run before does not count."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as begun:
        page.get_by_test_id("begin").click()
    ended = page.locator(f"[data-testid=last-run][data-run='{begun.value.json()['id']}']")
    expect(ended).to_have_attribute("data-state", "done", timeout=180_000)


def refuse_decisions(page: Page, times: int = 1) -> list[str]:
    """The first decisions are refused; what was refused is listed.

    It is set up before the page is opened: a page that is open already may send its next
    request before the browser has begun to hold requests back.
    """
    refused: list[str] = []

    def answer(route: Route) -> None:
        if len(refused) < times:
            refused.append(route.request.url)
            route.fulfill(status=429, json={"title": "Too many", "status": 429})
        else:
            route.continue_()

    page.route("**/api/v1/locations/decisions", answer)
    return refused


def open_group(page: Page, group: str, text: str) -> None:
    """The address with that text, in front."""
    page.locator(f"[data-group={group}]").click()
    waiting = page.get_by_test_id("waiting")
    waiting.get_by_role("button", name=text).first.click()
    expect(page.get_by_test_id("typed")).to_have_text(text)


def press_greek(page: Page, key: str) -> None:
    """A key of the Greek layout, which has kappa on the key of k; Playwright has none."""
    page.evaluate(
        "key => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}))",
        key,
    )


def map_ready(page: Page) -> None:
    expect(page.get_by_test_id("place-map")).to_have_attribute(
        "data-map-ready", "true", timeout=20_000
    )


def test_an_ambiguous_address_takes_one_key_and_is_known_the_next_time(
    browser: Browser, site: Site
) -> None:
    address, again = "Κολοκοτρώνη  5Ψ", "ΚΟΛΟΚΟΤΡΩΝΗ 5ψ"
    bring(site, address, records=30)
    with visitor(browser, site) as page:
        open_queue(page, site)
        find_places(page)
        open_group(page, "several", address)
        # Exactly as it was typed, with both spaces.
        assert page.get_by_test_id("typed").text_content() == address
        expect(page.get_by_test_id("typed-municipality")).to_have_text("Αθήνα")
        expect(page.get_by_test_id("typed-postcode")).to_have_text("not given")
        expect(page.get_by_test_id("reason")).to_contain_text("Ambiguous")
        expect(page.locator("label", has=page.get_by_test_id("all-equal"))).to_contain_text(
            "all 30"
        )
        chosen = page.locator("[data-alternative='1'] .name").inner_text()

        page.keyboard.press("1")
        done = page.get_by_test_id("done")
        expect(done).to_contain_text("Placed. 30 records.")
        expect(page.get_by_test_id("typed")).not_to_have_text(address)
        expect(page.get_by_test_id("typed")).to_be_focused()
        rows = placed(site, address)
        assert {(one["location_status"], one["location_source"]) for one in rows} == {
            ("accepted", "person")
        }
        assert {one["matched"] for one in rows} == {chosen}

        page.keyboard.press("u")
        expect(done).to_contain_text("30 records are as they were")
        expect(page.get_by_test_id("typed")).to_have_text(address)
        assert {one["location_group"] for one in placed(site, address)} == {"several"}

        page.keyboard.press("1")
        expect(done).to_contain_text("Holds for the next ones too")
        bring(site, again, records=2)
        find_places(page)
        expect(page.get_by_test_id("last-run")).to_contain_text("2 records")
    for one in placed(site, again):
        assert (one["location_source"], one["location_group"]) == ("alias", None)
        assert one["matched"] == chosen


def test_one_record_alone_and_a_decision_taken_back_later(browser: Browser, site: Site) -> None:
    address = "Κολοκοτρώνη 6Ψ"
    bring(site, address, records=31)
    with visitor(browser, site) as page:
        open_queue(page, site)
        find_places(page)
        open_group(page, "several", address)
        page.get_by_test_id("all-equal").uncheck()
        page.locator("[data-alternative='2']").click()
        expect(page.get_by_test_id("done")).to_contain_text("Placed. 1 record.")
        # The others of the address wait still, and are in front.
        expect(page.get_by_test_id("typed")).to_have_text(address)
        states = sorted(one["location_status"] for one in placed(site, address))
        assert (states.count("accepted"), states.count("queued")) == (1, 30)
        page.locator("[data-view=decided]").click()
        row = page.get_by_test_id("decided").locator("tbody tr").first
        expect(row).to_contain_text("1 record")
        row.get_by_role("button", name="Undo").click()
        expect(row).to_contain_text("taken back")
    assert {one["location_status"] for one in placed(site, address)} == {"queued"}


def test_the_pin_is_dragged_and_the_map_is_tapped(browser: Browser, site: Site) -> None:
    dragged, tapped = "Ερμού 12Ψ", "Σκουφά 8Ψ"
    for address in (dragged, tapped):
        bring(site, address, records=40)
    with visitor(browser, site) as page:
        open_queue(page, site)
        find_places(page)
        open_group(page, "street", dragged)
        expect(page.get_by_test_id("found")).to_contain_text("The street, not the house")
        expect(page.get_by_test_id("found")).to_contain_text("within about")
        map_ready(page)
        before = placed(site, dragged)[0]
        box = page.get_by_test_id("pin").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 6
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y - 30, steps=4)
        page.mouse.up()
        expect(page.get_by_test_id("found")).to_contain_text("Your pin")
        page.get_by_test_id("place-here").click()
        expect(page.get_by_test_id("done")).to_contain_text("Placed by hand. 40 records.")
        after = placed(site, dragged)
        assert {one["location_source"] for one in after} == {"person"}
        # To the right and up on the map: east and north of where it was.
        assert after[0]["lon"] > before["lon"]
        assert after[0]["lat"] > before["lat"]
        assert after[0]["radius_m"] >= 30

        open_group(page, "street", tapped)
        map_ready(page)
        page.get_by_test_id("place-map").click(position={"x": 120, "y": 160})
        expect(page.get_by_test_id("pin")).to_be_focused()
        expect(page.get_by_test_id("place-here")).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("done")).to_contain_text("Placed by hand. 40 records.")
        assert {one["location_source"] for one in placed(site, tapped)} == {"person"}


def test_the_whole_way_by_keyboard_and_no_address_leaves_the_page(
    browser: Browser, site: Site
) -> None:
    first, second = "Κολοκοτρώνη 8Ψ", "Κολοκοτρώνη 9Ψ"
    for address in (first, second):
        bring(site, address, records=33)
    said: list[str] = []
    asked: list[str] = []
    with visitor(browser, site) as page:
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked.append(request.url))
        open_queue(page, site)
        find_places(page)
        page.locator("[data-group=several]").focus()
        page.keyboard.press("Enter")
        typed = page.get_by_test_id("typed")
        expect(typed).to_contain_text("Κολοκοτρώνη")
        at = typed.inner_text()
        page.keyboard.press("j")
        expect(typed).not_to_have_text(at)
        expect(typed).to_be_focused()
        press_greek(page, "κ")
        expect(typed).to_have_text(at)

        page.keyboard.press("?")
        expect(page.get_by_test_id("keys-drawer")).to_be_visible()
        page.keyboard.press("1")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("keys-drawer")).to_have_count(0)
        expect(typed).to_have_text(at)

        map_ready(page)
        page.keyboard.press("p")
        expect(page.get_by_test_id("pin")).to_be_focused()
        for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
            page.keyboard.press(key)
        expect(page.get_by_test_id("spoken")).to_contain_text("Pin moved")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("place-here")).to_have_count(0)
        page.keyboard.press("p")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("done")).to_contain_text("Placed by hand. 33 records.")
        expect(typed).not_to_have_text(at)
        expect(typed).to_be_focused()
        page.keyboard.press("0")
        expect(page.get_by_test_id("done")).to_contain_text("no such place. 33 records.")
        press_greek(page, "θ")
        expect(page.get_by_test_id("done")).to_contain_text("33 records are as they were")
        kept = page.evaluate(
            "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href])"
        )
        for text in (kept, page.title(), *said, *asked):
            assert "Κολοκοτρ" not in text
            assert "%CE%9A%CE%BF%CE%BB%CE%BF%CE%BA" not in text
    decided = [{one["location_status"] for one in placed(site, text)} for text in (first, second)]
    assert sorted(decided, key=str) == [{"accepted"}, {"queued"}]


def test_a_decision_that_is_refused_puts_the_address_back(browser: Browser, site: Site) -> None:
    address = "Κολοκοτρώνη 10Ψ <b>2ος</b>"
    bring(site, address, records=35)
    with visitor(browser, site, refusals=True) as page:
        refused = refuse_decisions(page)
        open_queue(page, site)
        find_places(page)
        open_group(page, "several", address)
        page.keyboard.press("1")
        failed = page.get_by_test_id("failed")
        expect(failed).to_contain_text("was not saved")
        expect(failed).to_contain_text(address)
        expect(page.get_by_test_id("done")).not_to_contain_text("Placed")
        failed.get_by_role("button", name="Show it").click()
        expect(page.get_by_test_id("typed")).to_have_text(address)
        assert len(refused) == 1
        page.keyboard.press("1")
        expect(page.get_by_test_id("done")).to_contain_text("Placed. 35 records.")
        expect(failed).to_have_count(0)
    assert {one["location_status"] for one in placed(site, address)} == {"accepted"}


def test_a_run_that_was_cut_off_goes_on_after_a_reload(browser: Browser, site: Site) -> None:
    bring(site, "Ερμού 44Ψ", records=2)
    with visitor(browser, site) as page:
        open_queue(page, site)
        find_places(page)
        with site.owner.begin() as connection:
            total = connection.execute(
                sa.text(
                    "UPDATE intake.locate_run SET state = 'stopped', done = 1, after_id = NULL"
                    " RETURNING total"
                )
            ).scalar_one()
        # Records that other screens brought are looked for too.
        assert total >= 2
        page.reload()
        expect(page.get_by_test_id("last-run")).to_contain_text(f"Stopped at 1 of {total}")
        page.get_by_test_id("resume").click()
        expect(page.get_by_test_id("last-run")).to_have_attribute(
            "data-state", "done", timeout=30_000
        )


def test_spots_are_kept_on_the_map(browser: Browser, site: Site) -> None:
    held = sa.text("SELECT name, radius_m FROM field.named_spot WHERE name LIKE 'Το παλιό ρολόι%'")
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/locate/?lang=en")
        log_in(page, site, "street")
        # Street workers keep spots; they place no records.
        expect(page.get_by_test_id("views")).to_have_count(0)
        map_ready(page)
        page.get_by_test_id("place-map").click(position={"x": 400, "y": 300})
        page.get_by_test_id("spot-name").fill("Το παλιό ρολόι")
        page.get_by_test_id("save-spot").click()
        spots = page.get_by_test_id("spots")
        expect(spots).to_contain_text("Το παλιό ρολόι")
        spots.get_by_role("button").first.click()
        expect(page.get_by_test_id("spot-name")).to_be_focused()
        page.get_by_test_id("spot-name").fill("Το παλιό ρολόι της αγοράς")
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("spot-form")).to_have_count(0)
        with site.owner.connect() as connection:
            assert [row.name for row in connection.execute(held)] == ["Το παλιό ρολόι της αγοράς"]
        spots.get_by_role("button").first.click()
        page.get_by_test_id("remove-spot").click()
        expect(spots).to_have_count(0)
        with site.owner.connect() as connection:
            assert connection.execute(held).all() == []
        page.get_by_test_id("spot-done").get_by_role("button").click()
        expect(spots).to_contain_text("της αγοράς")


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_part_fits_in_both_languages(
    browser: Browser, site: Site, lang: str, size: tuple[int, int]
) -> None:
    bring(site, f"Κολοκοτρώνη {size[0] // 20}{lang[1]}", records=16)
    with visitor(browser, site, size=size, lang=lang) as page:
        open_queue(page, site, lang=lang)
        find_places(page)
        for group in ("several", "street", "none", "changed", "exact"):
            page.locator(f"[data-group={group}]").click()
            shown = page.get_by_test_id("task").or_(page.get_by_test_id("empty"))
            expect(shown).to_be_visible()
            check_screen(page)
        page.locator("[data-group=several]").click()
        expect(page.locator("[data-alternative='1']")).to_be_visible()
        map_ready(page)
        page.get_by_test_id("by-hand").click()
        expect(page.get_by_test_id("place-here")).to_be_visible()
        check_screen(page)
        page.keyboard.press("Escape")
        page.locator("[data-view=decided]").click()
        expect(page.get_by_role("table").or_(page.locator("main p.card"))).to_be_visible()
        check_screen(page)
        page.locator("[data-view=spots]").click()
        map_ready(page)
        page.get_by_test_id("add-spot").click()
        expect(page.get_by_test_id("spot-form")).to_be_visible()
        check_screen(page)


@pytest.mark.parametrize("name", ["committee", "auditor"])
def test_roles_that_place_nothing_are_told_so(browser: Browser, site: Site, name: str) -> None:
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/locate/?lang=en")
        log_in(page, site, name)
        expect(page.get_by_role("status")).to_contain_text("places no addresses")
        expect(page.get_by_role("link", name="Addresses")).to_have_count(1)


def test_a_planner_places_sites_and_meets_no_person(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        open_queue(page, site, "municipal")
        expect(page.locator("[data-view=spots]")).to_have_count(0)
        expect(page.get_by_test_id("task").or_(page.get_by_test_id("empty"))).to_be_visible()
        map_ready(page)
        queues = [url for url in asked if "/locations/queue" in url]
        assert queues
        assert all("register=sites" in url for url in queues)
