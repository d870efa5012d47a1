"""A file becomes rows in four steps, and a person decides which records are one person."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site
from tests.browser.entering import NARROW, WIDE, check_screen, log_in, visitor

pytestmark = pytest.mark.browser

AGENCIES = (
    "κωδικός;επωνυμία;νομική μορφή;σχόλια\n"
    "{0}1;Κέντρο Ημέρας Άλφα;ΝΠΙΔ;\n"
    "{0}2;Ένωση Βήτα;ngo;παλιό\n"
    "{0}3;;ngo;\n"
)
AGREEMENTS = (
    "id;title;kind;agency;valid from\n"
    "{0}1;Shelter for the winter;cooperation;A-0001;2026-01-01\n"
    "{0}2;Meals in the north;funding;A-0001;2026-02-01\n"
)
PEOPLE = (
    "κωδικός;ονοματεπώνυμο;ημερομηνία γέννησης;έτος γέννησης;φύλο;νομική βάση\n"
    "{0}1;Παπαδόπουλος Γιάννης {0};01/05/1950;1950;m;law\n"
    "{0}2;Giannis Papadopoulos {0};01/05/1950;1950;m;law\n"
)


def file_of(folder: Path, name: str, content: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


def open_import(page: Page, site: Site, name: str = "municipal", lang: str = "en") -> None:
    page.goto(f"{site.url}/import/?lang={lang}")
    log_in(page, site, name)
    expect(page.get_by_test_id("register")).to_be_visible()


def hand_in(page: Page, register: str, path: Path) -> None:
    page.get_by_test_id("register").select_option(register)
    page.get_by_test_id("file").set_input_files(path)
    expect(page.get_by_test_id("columns")).to_be_visible(timeout=30_000)


def count(page: Page, name: str) -> int:
    text = page.locator(f"[data-testid=counts] [data-count={name}] dd").inner_text()
    return int(text.replace(",", "").replace(".", ""))


def test_a_greek_file_goes_in_as_far_as_it_is_right(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "φορείς.csv", AGENCIES.format("Φ"), "cp1253")
    with visitor(browser, site) as page:
        open_import(page, site)
        expect(page.get_by_text("Nothing leaves the house")).to_be_visible()
        page.get_by_test_id("file").set_input_files(path)
        expect(page.get_by_role("alert")).to_contain_text("what the file holds")
        page.get_by_test_id("register").select_option("agencies")
        columns = page.get_by_test_id("columns")
        expect(columns.locator("[data-column='επωνυμία']")).to_contain_text("Κέντρο Ημέρας Άλφα")
        expect(columns.locator("[data-column='επωνυμία'] select")).to_have_value("name")
        expect(columns.locator("[data-column='επωνυμία']")).to_contain_text("Sure")
        expect(page.get_by_test_id("reading").locator("select").first).to_have_value("cp1253")
        expect(page.get_by_test_id("undecided")).to_contain_text("σχόλια")

        page.get_by_test_id("check").click()
        expect(page.get_by_test_id("counts")).to_be_visible()
        assert (count(page, "accepted"), count(page, "rejected")) == (1, 2)
        findings = page.get_by_test_id("findings")
        expect(findings).to_contain_text("the value is missing")
        page.locator("[data-testid=lang-switch] [data-lang=el]").click()
        expect(findings).to_contain_text("λείπει η τιμή")
        page.locator("[data-testid=lang-switch] [data-lang=en]").click()
        expect(findings).to_contain_text("the value is missing")

        words = page.get_by_test_id("unknown-words")
        expect(words).to_contain_text("ΝΠΙΔ")
        words.locator("select").select_option("ngo")
        words.locator("button").click()
        expect(words).to_have_count(0)
        assert (count(page, "accepted"), count(page, "rejected")) == (2, 1)

        expect(page.get_by_test_id("run")).to_have_count(0)
        page.locator("input[value=partial]").check()
        page.get_by_test_id("run").click()
        result = page.get_by_test_id("result")
        expect(result).to_have_attribute("data-state", "done", timeout=30_000)
        page.reload()
        expect(result).to_have_attribute("data-state", "done")
        assert (count(page, "accepted"), count(page, "rejected")) == (2, 1)
        with page.expect_download() as loading:
            page.get_by_test_id("rejects").click()
        refused = Path(loading.value.path()).read_text(encoding="utf-8-sig")
        assert refused.splitlines()[0].startswith("κωδικός,επωνυμία")
        assert len(refused.splitlines()) == 2
        assert "Φ3" in refused
    with site.owner.connect() as connection:
        kept = connection.execute(
            sa.text("SELECT name, legal_form FROM registry.agency"
                    " WHERE external_id IN ('Φ1', 'Φ2', 'Φ3') ORDER BY external_id")
        ).all()  # fmt: skip
    assert [tuple(one) for one in kept] == [("Κέντρο Ημέρας Άλφα", "ngo"), ("Ένωση Βήτα", "ngo")]


def test_a_right_file_takes_four_presses_and_one_to_undo(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "agreements.csv", AGREEMENTS.format("IMP-"))
    held = sa.text("SELECT count(*) FROM registry.agreement WHERE external_id LIKE 'IMP-%'")
    with visitor(browser, site) as page:
        open_import(page, site)
        hand_in(page, "agreements", path)  # 1: the register, 2: the file
        page.get_by_test_id("check").click()  # 3
        expect(page.get_by_test_id("counts")).to_be_visible()
        assert (count(page, "accepted"), count(page, "rejected")) == (2, 0)
        page.get_by_test_id("run").click()  # 4
        result = page.get_by_test_id("result")
        expect(result).to_have_attribute("data-state", "done", timeout=30_000)
        with site.owner.connect() as connection:
            assert connection.scalar(held) == 2
        page.get_by_test_id("undo-import").click()
        expect(result).to_have_attribute("data-state", "undone")
        expect(page.get_by_test_id("undone")).to_contain_text("2 rows were removed")
        with site.owner.connect() as connection:
            assert connection.scalar(held) == 0
        page.locator("[data-view=earlier]").click()
        expect(page.get_by_test_id("earlier")).to_contain_text("agreements.csv")
        expect(page.get_by_test_id("earlier")).to_contain_text("undone")


def test_columns_are_changed_kept_over_a_reload_and_the_file_is_dropped(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "two_headers.csv", "a;b\nTitle of it all;\n" + AGENCIES.format("Χ"))
    waiting = sa.text("SELECT count(*) FROM intake.import_run WHERE file_name = 'two_headers.csv'"
                      " AND content IS NOT NULL")  # fmt: skip
    with visitor(browser, site) as page:
        open_import(page, site)
        hand_in(page, "agencies", path)
        header = page.get_by_test_id("reading").locator("input")
        header.fill("3")
        header.press("Enter")
        header.blur()
        name = page.locator("[data-column='επωνυμία'] select")
        expect(name).to_be_visible()
        name.select_option("name")
        page.locator("[data-column='κωδικός'] select").select_option("name")
        # A name may be first name and surname, for persons; an agency has one.
        expect(page.get_by_text("Two columns are taken for")).to_be_visible()
        expect(page.get_by_test_id("check")).to_be_disabled()
        page.locator("[data-column='κωδικός'] select").select_option("external_id")
        page.get_by_test_id("check").click()
        expect(page.get_by_test_id("counts")).to_be_visible()
        page.reload()
        expect(name).to_have_value("name")
        with site.owner.connect() as connection:
            assert connection.scalar(waiting) == 1
        page.get_by_role("button", name="Another file").click()
        expect(page.get_by_test_id("drop")).to_be_visible()
        expect(page).to_have_url(f"{site.url}/import/")
        page.wait_for_timeout(500)
        with site.owner.connect() as connection:
            assert connection.scalar(waiting) == 0


def test_a_file_that_cannot_be_read_is_refused_in_words(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * 50_000_000)
    with visitor(browser, site, refusals=True, lang="el") as page:
        open_import(page, site, lang="el")
        page.get_by_test_id("register").select_option("agencies")
        page.get_by_test_id("file").set_input_files(bomb)
        refused = page.get_by_test_id("refused")
        expect(refused).to_contain_text("συμπιεσμένο")
        page.get_by_test_id("file").set_input_files(
            file_of(tmp_path, "ok.csv", AGENCIES.format("Ω"))
        )
        expect(page.get_by_test_id("columns")).to_be_visible()
        expect(refused).to_have_count(0)


def test_double_records_are_compared_and_decided_by_a_person(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    path = file_of(tmp_path, "people.csv", PEOPLE.format("Δ"))
    state = sa.text(
        "SELECT d.state FROM registry.duplicate d JOIN registry.person p ON p.id = d.person_a"
        " WHERE p.external_id IN ('Δ1', 'Δ2')"
    )
    with visitor(browser, site) as page:
        open_import(page, site, "centre")
        page.get_by_test_id("register").select_option("people")
        expect(page.get_by_text("they are not kept")).to_be_visible()
        page.get_by_test_id("file").set_input_files(path)
        page.get_by_test_id("check").click(timeout=30_000)
        page.get_by_test_id("run").click()
        result = page.get_by_test_id("result")
        expect(result).to_have_attribute("data-state", "done", timeout=30_000)
        page.get_by_role("link", name="Look at possible duplicates").click()
        pair = page.get_by_test_id("pair")
        expect(pair).to_contain_text("1950")
        expect(page.get_by_text("the same name (in any spelling)")).to_be_visible()
        with site.owner.connect() as connection:
            assert connection.scalar(state) == "open"
        page.get_by_test_id("same").click()
        expect(page.get_by_test_id("decided")).to_contain_text("the same person")
        with site.owner.connect() as connection:
            assert connection.scalar(state) == "same"
        page.get_by_test_id("decided").locator("button").click()
        expect(pair).to_be_visible()
        page.get_by_test_id("different").click()
        expect(page.get_by_test_id("decided")).to_contain_text("different people")
        with site.owner.connect() as connection:
            assert connection.scalar(state) == "different"
            person = connection.scalar(
                sa.text("SELECT id FROM registry.person WHERE external_id = 'Δ1'")
            )
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/admin/?view=access&lang=en")
        log_in(page, site, "auditor")
        page.get_by_test_id("access-form").locator("input").fill(str(person))
        page.get_by_test_id("access-form").locator("button").click()
        events = page.get_by_test_id("events")
        expect(events).to_contain_text("Community centre staff")
        expect(events).to_contain_text("check")
        printed = page.request.get(
            site.url + str(page.get_by_test_id("print").get_attribute("href"))
        )
        assert printed.ok
        assert "Who looked at this record" in printed.text()


def test_the_whole_way_by_keyboard(browser: Browser, site: Site, tmp_path: Path) -> None:
    path = file_of(tmp_path, "by_keys.csv", AGREEMENTS.format("BK-"))
    with visitor(browser, site) as page:
        open_import(page, site)
        page.get_by_test_id("register").focus()
        page.get_by_test_id("register").select_option("agreements")
        page.keyboard.press("Tab")
        choose = page.get_by_role("button", name="Choose a file")
        expect(choose).to_be_focused()
        with page.expect_file_chooser() as choosing:
            choose.press("Enter")
        choosing.value.set_files(path)
        expect(page.get_by_role("heading", name="Which column is what?")).to_be_focused()
        for target in ("check", "run"):
            button = page.get_by_test_id(target)
            expect(button).to_be_enabled()
            for _ in range(30):
                page.keyboard.press("Tab")
                if button.evaluate("e => e === document.activeElement"):
                    break
            expect(button).to_be_focused()
            page.keyboard.press("Enter")
            if target == "check":
                title = page.get_by_role("heading", name="What would become of the rows?")
                expect(title).to_be_focused()
        expect(page.get_by_test_id("result")).to_have_attribute(
            "data-state", "done", timeout=30_000
        )


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_step_fits_in_both_languages(
    browser: Browser, site: Site, tmp_path: Path, lang: str, size: tuple[int, int]
) -> None:
    long = "a_very_long_name_of_a_file_that_nobody_ever_shortened_before_handing_it_in.csv"
    path = file_of(tmp_path, long, AGENCIES.format(f"S{lang}{size[0]}"))
    with visitor(browser, site, size=size, lang=lang) as page:
        open_import(page, site, lang=lang)
        check_screen(page)
        hand_in(page, "agencies", path)
        check_screen(page)
        page.get_by_test_id("check").click()
        expect(page.get_by_test_id("counts")).to_be_visible()
        check_screen(page)
        page.locator("input[value=partial]").check()
        page.get_by_test_id("run").click()
        expect(page.get_by_test_id("result")).to_be_visible(timeout=30_000)
        check_screen(page)
        page.locator("[data-view=earlier]").click()
        expect(page.get_by_test_id("earlier")).to_be_visible()
        check_screen(page)


@pytest.mark.parametrize("name", ["committee", "auditor", "street"])
def test_roles_that_keep_no_register_are_told_so(browser: Browser, site: Site, name: str) -> None:
    with visitor(browser, site) as page:
        page.goto(f"{site.url}/import/?lang=en")
        log_in(page, site, name)
        expect(page.get_by_role("status")).to_contain_text("keeps no register")
