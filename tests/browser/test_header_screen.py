"""The bar on top of every page: low in a narrow window, fit for a fingertip, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Site
from tests.browser.entering import NARROW, WIDE, check_screen, log_in, visitor

pytestmark = pytest.mark.browser

HIGHEST = 104
"""Pixels: two lines of 44 and the space around them."""
PHONE = (390, 844)
BOXES = """() => [...document.querySelectorAll('header a, header button')].map(e => {
    const b = e.getBoundingClientRect();
    return {width: b.width, height: b.height, of: e.outerHTML.slice(0, 90)};
})"""
ACCOUNT = """() => [...document.querySelectorAll('header .account button')].every(e => {
    const b = e.getBoundingClientRect();
    return b.left >= 0 && b.right <= window.innerWidth && b.top < 50;
})"""
HERE = """() => {
    const b = document.querySelector('header nav [aria-current]').getBoundingClientRect();
    return b.left >= 0 && b.right <= window.innerWidth;
}"""


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("size", [NARROW, PHONE])
def test_the_header_is_two_low_lines(
    browser: Browser, site: Site, lang: str, size: tuple[int, int]
) -> None:
    with visitor(browser, site, size=size, lang=lang) as page:
        page.goto(f"{site.url}/locate/?lang={lang}")
        log_in(page, site, "centre")
        expect(page.get_by_test_id("groups")).to_be_visible()
        box = page.locator("header").bounding_box()
        assert box is not None and box["height"] <= HIGHEST
        boxes = page.evaluate(BOXES)
        assert [one for one in boxes if one["width"] < 44 or one["height"] < 44] == []
        assert page.evaluate(ACCOUNT)
        assert page.evaluate(HERE)
        check_screen(page)
        links = page.locator("header nav a")
        for at in (0, links.count() - 1):
            links.nth(at).focus()
            expect(links.nth(at)).to_be_in_viewport(ratio=0.9)


def test_a_wide_window_has_one_line(browser: Browser, site: Site) -> None:
    with visitor(browser, site, size=WIDE, lang="el") as page:
        page.goto(f"{site.url}/locate/?lang=el")
        log_in(page, site, "centre")
        expect(page.get_by_test_id("groups")).to_be_visible()
        box = page.locator("header").bounding_box()
        assert box is not None and box["height"] <= 60
