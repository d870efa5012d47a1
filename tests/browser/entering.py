"""How people come in, in these tests: a watched page, a password, the code of a device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyotp
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD, Site

WIDE = (1280, 800)
NARROW = (320, 700)
LOCALES = {"en": "en-GB", "el": "el-GR"}


@contextmanager
def visitor(
    browser: Browser,
    site: Site,
    *,
    size: tuple[int, int] = WIDE,
    lang: str = "en",
    refusals: bool = False,
) -> Iterator[Page]:
    """A fresh visitor; at the end no request may have gone elsewhere and nothing have failed.

    `refusals`: the journey provokes answers of 400 to 499, which the browser notes as errors.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LOCALES[lang],
        geolocation={"latitude": 37.9838, "longitude": 23.7275, "accuracy": 8},
        permissions=["geolocation", "clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    page = context.new_page()
    requested: list[str] = []
    troubles: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: troubles.append(message.text) if message.type == "error" else None,
    )
    yield page
    others = {
        url for url in requested if not url.startswith((site.url, "data:", "blob:" + site.url))
    }
    context.close()
    if refusals:
        troubles = [one for one in troubles if "status of 4" not in one]
    assert requested
    assert others == set()
    assert troubles == []


def log_in(page: Page, site: Site, name: str) -> None:
    """Name and password; then the code, from a device that is set up at the first login."""
    give_password(page, name)
    entered = page.get_by_test_id("logout").or_(page.get_by_test_id("code-form"))
    expect(entered).to_be_visible()
    if page.get_by_test_id("code-form").is_visible():
        if page.get_by_test_id("enrol").is_visible():
            site.secrets[name] = shown_secret(page)
        else:
            forget_last_code(site, name)
        give_code(page, pyotp.TOTP(site.secrets[name]).now())
    expect(page.get_by_test_id("logout")).to_be_visible()


def give_password(page: Page, name: str, password: str = PASSWORD) -> None:
    """The first step."""
    form = page.get_by_test_id("login-form")
    form.locator("input[autocomplete=username]").fill(name)
    form.locator("input[type=password]").fill(password)
    form.locator("button[type=submit]").click()


def give_code(page: Page, code: str) -> None:
    """The second step."""
    form = page.get_by_test_id("code-form")
    form.locator("input[autocomplete=one-time-code]").fill(code)
    form.locator("button[type=submit]").click()


def shown_secret(page: Page) -> str:
    """The secret that the page offers to be typed into a device."""
    return (page.get_by_test_id("secret").text_content() or "").replace(" ", "")


def forget_last_code(site: Site, name: str) -> None:
    """A code counts once; tests log in more often than every half minute."""
    with site.owner.begin() as connection:
        connection.execute(
            sa.text("UPDATE account.app_user SET totp_last_step = NULL WHERE username = :name"),
            {"name": name},
        )


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def untold(page: Page) -> list[str]:
    """What stands on the page although it is no text: keys of texts, and fields without a name."""
    found: list[str] = page.evaluate(
        """() => {
          const keys = document.body.innerText.match(
            /\\b(admin|import|locate|spot|progress|login|double|audit|access|role|about|table|error)\\.[a-z_]+\\b/g) ?? [];
          const fields = [...document.querySelectorAll('input, select, textarea, button')]
            .filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]'))
            .filter(e => !(e.labels?.length || e.ariaLabel || e.innerText?.trim() || e.title
              || e.getAttribute('aria-labelledby')))
            .map(e => e.outerHTML.slice(0, 120));
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          return [...keys, ...fields, ...ids.filter((id, at) => ids.indexOf(id) !== at)];
        }"""
    )
    return found


def small_targets(page: Page) -> list[str]:
    """What is pressed but smaller than 24 by 24 pixels (WCAG 2.5.8); links in sentences may be."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, select, input, summary, nav a, a.button')]
          .filter(e => e.checkVisibility({visibilityProperty: true}))
          .filter(e => !e.classList.contains('visually-hidden'))
          .filter(e => !(e.type === 'radio' || e.type === 'checkbox') || !e.closest('label'))
          .filter(e => { const b = e.getBoundingClientRect(); return b.width < 24 || b.height < 24 })
          .map(e => e.outerHTML.slice(0, 120))"""
    )
    return found


def check_screen(page: Page) -> None:
    """Nothing wider than the window, nothing unnamed, nothing too small to press."""
    assert overflow(page) <= 0
    assert untold(page) == []
    assert small_targets(page) == []
