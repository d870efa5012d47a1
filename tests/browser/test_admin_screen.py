"""Administrators keep accounts within their clicks; the auditor reads what was done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import web_facts
from tests.browser.conftest import Site
from tests.browser.entering import NARROW, WIDE, check_screen, give_password, log_in, visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", web_facts.files(), ids=lambda path: path.name)
def test_what_the_pages_know_of_the_code_is_so(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == web_facts.written(web_facts.files()[path]), (
        "write it anew: python -m tests.browser.web_facts"
    )


def row(page: Page, username: str) -> Locator:
    return page.locator(f"[data-testid=users] tr[data-username='{username}']")


def open_admin(page: Page, site: Site, name: str = "admin", lang: str = "en") -> None:
    page.goto(f"{site.url}/admin/?lang={lang}")
    log_in(page, site, name)


def test_a_person_is_added_found_changed_and_shut_out(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as page:
        open_admin(page, site)
        page.get_by_test_id("invite").click()  # click 1
        form = page.get_by_test_id("invite-form")
        form.locator("[name=username]").fill("Maria.P")
        form.locator("[name=display_name]").fill("Μαρία Παππά")
        form.locator("#territory").fill("περιστερι")
        expect(form.locator("#territory-option-0")).to_contain_text("4701")
        page.keyboard.press("Enter")
        form.locator("button[type=submit]").click()  # click 2
        password = page.get_by_test_id("first-password").inner_text()
        assert re.fullmatch(r"([a-z2-9]{5}-){3}[a-z2-9]{5}", password)
        page.get_by_role("button", name="Copy the password").click()
        assert page.evaluate("navigator.clipboard.readText()") == password
        page.get_by_role("button", name="Done").click()

        page.get_by_test_id("search").fill("μαρια peristeri")
        expect(page.locator("[data-testid=users] tbody tr")).to_have_count(1)
        expect(row(page, "maria.p")).to_contain_text("Device not set up yet")

        row(page, "maria.p").locator("[data-do=disable]").click()  # click 1 of 2
        expect(row(page, "maria.p")).to_contain_text("Shut out")
        page.get_by_test_id("undo").click()
        expect(row(page, "maria.p")).to_contain_text("Active")

        page.get_by_test_id("search").fill("παππα")
        row(page, "maria.p").locator("[data-do=change]").click()
        drawer = page.get_by_test_id("person-form")
        drawer.locator("select[name=role]").select_option("committee")
        expect(drawer.locator("#territory")).to_have_count(0)
        drawer.locator("button[type=submit]").click()
        expect(row(page, "maria.p")).to_contain_text("Committee member")
        page.get_by_test_id("undo").click()
        expect(row(page, "maria.p")).to_contain_text("Peristeri")

    with visitor(browser, site) as page:
        page.goto(f"{site.url}/field/?lang=en")
        give_password(page, "maria.p", password)
        expect(page.get_by_test_id("enrol")).to_be_visible()


def test_what_somebody_sees_is_two_clicks_away_and_told_in_sentences(
    browser: Browser, site: Site
) -> None:
    with visitor(browser, site) as page:
        open_admin(page, site)
        row(page, "committee").locator("[data-do=sees]").click()
        sees = page.get_by_test_id("sees")
        expect(sees).to_contain_text("releases for committees")
        expect(sees).not_to_contain_text("Persons")
        page.keyboard.press("Escape")
        expect(row(page, "committee").locator("[data-do=sees]")).to_be_focused()
        row(page, "centre").locator("[data-do=sees]").click()
        persons = sees.locator("[data-table='registry.person']")
        expect(persons).to_contain_text("those of the own municipality", timeout=30_000)
        with site.owner.connect() as connection:
            held = connection.scalar(
                sa.text("SELECT count(*) FROM registry.person WHERE area_code = '4501'")
            )
        assert held
        shown = "more than 10,000" if held > 10_000 else f"{held:,}"
        expect(persons).to_contain_text(shown)


def test_two_administrators_do_not_overwrite_each_other(browser: Browser, site: Site) -> None:
    with visitor(browser, site, refusals=True) as page:
        open_admin(page, site)
        row(page, "municipal").locator("[data-do=change]").click()
        drawer = page.get_by_test_id("person-drawer")
        drawer.locator("[name=display_name]").fill("Mine")
        with site.owner.begin() as connection:
            connection.execute(
                sa.text("UPDATE account.app_user SET display_name = 'Theirs'"
                        " WHERE username = 'municipal'")
            )  # fmt: skip
        drawer.locator("button[type=submit]").click()
        expect(drawer.get_by_test_id("error")).to_contain_text("conflicts")
        drawer.get_by_role("button", name="Try again").click()
        expect(drawer.locator("[name=display_name]")).to_have_value("Theirs")


def test_a_lost_device_is_reset_only_after_asking(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/import/?lang=en")
        log_in(page, site, "centre")
    with visitor(browser, site) as page:
        open_admin(page, site)
        row(page, "centre").locator("[data-do=change]").click()
        page.get_by_test_id("reset").click()
        page.get_by_role("button", name="No", exact=True).click()
        page.get_by_test_id("end-logins").click()
        expect(page.get_by_test_id("told")).to_contain_text("ended")
        page.get_by_test_id("reset").click()
        page.get_by_test_id("reset-sure").click()
        expect(page.get_by_test_id("told")).to_contain_text("reset")
        page.keyboard.press("Escape")
        expect(row(page, "centre")).to_contain_text("Device not set up yet")
    site.secrets.pop("centre")


def test_the_whole_way_by_keyboard(browser: Browser, site: Site) -> None:
    with visitor(browser, site) as page:
        open_admin(page, site)
        page.get_by_test_id("search").focus()
        page.keyboard.type("auditor")
        change = row(page, "auditor").locator("[data-do=change]")
        for _ in range(12):
            page.keyboard.press("Tab")
            if change.evaluate("e => e === document.activeElement"):
                break
        expect(change).to_be_focused()
        assert change.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
        page.keyboard.press("Enter")
        drawer = page.get_by_test_id("person-drawer")
        expect(drawer.locator("form")).to_be_visible()
        inside = "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        for _ in range(15):
            page.keyboard.press("Tab")
            assert page.evaluate(inside)
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(change).to_be_focused()


def test_the_auditor_reads_the_log_and_changes_nothing(browser: Browser, site: Site) -> None:
    with visitor(browser, site, refusals=True) as page:
        open_admin(page, site, "auditor")
        events = page.get_by_test_id("events")
        expect(events).to_contain_text("logged in")
        form = page.get_by_test_id("audit-form")
        form.locator("[name=actor]").fill("auditor")
        form.locator("[name=action]").select_option("log in")
        form.locator("button[type=submit]").click()
        expect(events.locator("tbody th").first).to_contain_text("auditor")
        expect(events.locator("tbody tr").filter(has_not_text="logged in")).to_have_count(0)
        assert set(events.locator("tbody td:nth-child(3)").all_inner_texts()) == {"logged in"}
        form.locator("[name=until]").fill("2001-01-01")
        form.locator("button[type=submit]").click()
        expect(page.get_by_text("Nothing matches")).to_be_visible()
        page.locator("[data-view=people]").click()
        expect(page.get_by_test_id("users")).to_be_visible()
        expect(page.get_by_test_id("invite")).to_have_count(0)
        expect(page.locator("[data-do=disable]")).to_have_count(0)
        page.locator("[data-view=access]").click()
        page.get_by_test_id("access-form").locator("input").fill(
            "01900000-0000-7000-8000-000000000000"
        )
        page.get_by_test_id("access-form").locator("button").click()
        expect(page.get_by_text("0 looks and changes")).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_view_fits_in_both_languages(
    browser: Browser, site: Site, lang: str, size: tuple[int, int]
) -> None:
    with visitor(browser, site, size=size, lang=lang) as page:
        open_admin(page, site, lang=lang)
        expect(page.get_by_test_id("users")).to_be_visible()
        check_screen(page)
        row(page, "street").locator("[data-do=sees]").click()
        expect(page.get_by_test_id("sees").locator("[data-table]").first).to_be_visible(
            timeout=30_000
        )
        check_screen(page)
        page.keyboard.press("Escape")
        row(page, "street").locator("[data-do=change]").click()
        expect(page.get_by_test_id("person-form")).to_be_visible()
        check_screen(page)
        page.keyboard.press("Escape")
        page.locator("[data-view=roles]").click()
        expect(page.locator("[data-testid=roles] [data-role]")).to_have_count(10)
        check_screen(page)
        page.locator("[data-view=territories]").click()
        expect(page.get_by_test_id("areas")).to_contain_text("4701")
        check_screen(page)
    with visitor(browser, site, size=size, lang=lang) as page:
        open_admin(page, site, "auditor", lang)
        expect(page.get_by_test_id("events")).to_be_visible()
        check_screen(page)


@pytest.mark.parametrize("name", ["street", "committee", "municipal"])
def test_others_are_told_that_this_is_not_theirs(browser: Browser, site: Site, name: str) -> None:
    with visitor(browser, site) as page:
        open_admin(page, site, name)
        expect(page.get_by_role("status")).to_contain_text("nothing to do here")
        expect(page.get_by_test_id("users")).to_have_count(0)
