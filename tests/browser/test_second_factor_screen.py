"""Logging in with a device: set up once, asked for ever after, a code counts once."""

from __future__ import annotations

import json
import time

import pyotp
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.entering import (
    NARROW,
    WIDE,
    check_screen,
    forget_last_code,
    give_code,
    give_password,
    log_in,
    shown_secret,
    visitor,
)

pytestmark = pytest.mark.browser
WRONG = "The code is wrong"


def without_device(site: Site, name: str) -> None:
    """The account as it was before its first login."""
    site.secrets.pop(name, None)
    with site.owner.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE account.app_user SET totp_secret = NULL, totp_confirmed_at = NULL,"
                " totp_last_step = NULL WHERE username = :name"
            ),
            {"name": name},
        )
        connection.execute(sa.text("TRUNCATE account.rate"))


def kept_in_browser(page: Page) -> str:
    return str(page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])"))


def test_a_device_is_set_up_once_and_asked_for_ever_after(browser: Browser, site: Site) -> None:
    without_device(site, "street")
    with visitor(browser, site, refusals=True) as page:
        page.goto(f"{site.url}/field/?lang=en")
        give_password(page, "street")
        picture = page.get_by_role("img", name="authenticator")
        expect(picture).to_be_visible()
        # Drawn, not only there: the page's policy lets this picture through.
        assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
        secret = shown_secret(page)
        totp = pyotp.TOTP(secret)
        assert totp.provisioning_uri(name="street", issuer_name="needsmap").split("?")[0] in str(
            page.get_by_role("link", name="Open the app").get_attribute("href")
        )
        expect(page.get_by_test_id("logout")).to_be_hidden()
        give_code(page, "12")
        expect(page.get_by_role("alert")).to_contain_text("six digits")
        give_code(page, "000000" if totp.now() != "000000" else "111111")
        expect(page.get_by_role("alert")).to_contain_text(WRONG)
        assert shown_secret(page) == secret
        code = totp.now()
        give_code(page, f"{code[:3]} {code[3:]}")
        expect(page.get_by_test_id("report-form")).to_be_visible()

        page.get_by_test_id("logout").click()
        give_password(page, "street")
        expect(page.locator("input[autocomplete=one-time-code]")).to_be_focused()
        give_code(page, code)
        expect(page.get_by_role("alert")).to_contain_text("used before")
        forget_last_code(site, "street")
        give_code(page, totp.now())
        expect(page.get_by_test_id("report-form")).to_be_visible()
        kept = kept_in_browser(page)
        assert secret not in kept
        assert "street" not in kept
        site.secrets["street"] = secret


def test_too_many_wrong_codes_end_the_login(browser: Browser, site: Site) -> None:
    without_device(site, "centre")
    with visitor(browser, site, refusals=True) as page:
        page.goto(f"{site.url}/import/?lang=en")
        log_in(page, site, "centre")
        page.get_by_test_id("logout").click()
        give_password(page, "centre")
        right = pyotp.TOTP(site.secrets["centre"])
        near = {right.at(int(time.time()) + 30 * step) for step in range(-2, 6)}
        wrong = next(code for code in map("{:06}".format, range(20)) if code not in near)
        for _ in range(4):
            give_code(page, wrong)
            expect(page.locator("input[name=code]")).to_have_value("")
            expect(page.get_by_role("alert")).to_contain_text(WRONG)
        give_code(page, wrong)
        expect(page.get_by_test_id("login-form")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text("has ended")
    with site.owner.begin() as connection:
        connection.execute(sa.text("TRUNCATE account.rate"))


def test_a_reload_goes_on_at_the_same_step_and_one_can_begin_anew(
    browser: Browser, site: Site
) -> None:
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/import/?lang=en")
        log_in(page, site, "centre")
        page.get_by_test_id("logout").click()
        give_password(page, "centre")
        expect(page.get_by_test_id("code-form")).to_be_visible()
        page.reload()
        expect(page.get_by_test_id("code-form")).to_be_visible()
        page.get_by_role("button", name="Begin again").click()
        expect(page.get_by_test_id("login-form")).to_be_visible()


def test_a_role_without_persons_needs_no_device_and_changes_its_password(
    browser: Browser, site: Site
) -> None:
    with visitor(browser, site, refusals=True) as page:
        page.goto(f"{site.url}/review/?lang=en")
        log_in(page, site, "committee")
        page.get_by_test_id("me").click()
        drawer = page.get_by_test_id("password-drawer")
        drawer.locator("[name=current]").fill("not-the-password")
        drawer.locator("[name=new]").fill("quiet-river-green-lamp")
        drawer.locator("button[type=submit]").click()
        expect(drawer.get_by_role("alert")).to_contain_text("current password is wrong")
        page.keyboard.press("Escape")
        expect(drawer).to_be_hidden()
        expect(page.get_by_test_id("me")).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_each_step_fits_in_both_languages(
    browser: Browser, site: Site, lang: str, size: tuple[int, int]
) -> None:
    without_device(site, "street")
    with visitor(browser, site, size=size, lang=lang) as page:
        page.goto(f"{site.url}/field/?lang={lang}")
        expect(page.get_by_test_id("login-form")).to_be_visible()
        check_screen(page)
        give_password(page, "street")
        expect(page.get_by_test_id("secret")).to_be_attached()
        page.get_by_test_id("enrol").locator("summary").click()
        check_screen(page)
        site.secrets["street"] = shown_secret(page)
        give_code(page, pyotp.TOTP(site.secrets["street"]).now())
        page.get_by_test_id("logout").click()
        give_password(page, "street")
        expect(page.get_by_test_id("code-form")).to_be_visible()
        check_screen(page)
        if lang == "el":
            words = page.locator("main").inner_text()
            assert "συσκευή" in words
            assert not {"code", "password", "device"} & set(words.lower().split())
        assert json.loads(kept_in_browser(page)) == [{"needsmap.lang": lang}, {}]
