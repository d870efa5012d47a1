"""One file a map: nothing is fetched, nothing is executed, nothing is hidden in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from geo.errors import InvalidInput
from geo.releases.release import Release
from layers.catalogue import layer_of, layers_of
from layers.figures import cells
from layers.maps.standalone import standalone_map

SCRIPT = "<script>alert(1)</script>"
TEMPLATE = "{{ 7*7 }} & {% raw %}"
LOADING = {"src", "href", "srcset", "data", "action", "poster", "xlink:href"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page as a browser's parser meets them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.blocks: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in self.blocks else ""
        if self._inside:
            self.blocks[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks[self._inside][-1] += data
        elif data.strip():
            self.texts.append(data.strip())


def page_of(release: Release, layer_id: str, lang: str = "en") -> Page:
    return Page(standalone_map(release, layer_of(release, layer_id), lang=lang).html)


def tooltips(page: Page) -> list[dict[str, object]]:
    found = re.search(r"const properties = (\[.*\]);", page.blocks["script"][-1])
    assert found is not None
    properties: list[dict[str, object]] = json.loads(found.group(1))
    return properties


@pytest.mark.parametrize("lang", ["en", "el"])
def test_no_layer_loads_anything(release: Release, lang: str) -> None:
    for layer in layers_of(release):
        page = page_of(release, layer.id, lang)
        for tag, attributes in page.tags:
            assert not LOADING & set(attributes), (layer.id, tag, attributes)
            assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        for style in page.blocks["style"]:
            assert "@import" not in style
            for address in re.findall(r"url\(([^)]*)\)", style):
                assert address.startswith(("#", "none")), address
        assert "sourceMappingURL" not in "".join(page.blocks["script"])


def test_the_file_forbids_itself_the_network(release: Release) -> None:
    made = standalone_map(release, layer_of(release, "population"), lang="en")
    page = Page(made.html)
    (policy,) = [
        attributes["content"]
        for tag, attributes in page.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == made.policy
    assert made.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in made.policy
    for block in page.blocks["script"] + page.blocks["style"]:
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in made.policy


def test_leaflet_is_inside(release: Release) -> None:
    first, second = page_of(release, "population").blocks["script"]
    assert "Leaflet 1.9.4" in first[:200]
    assert "L.geoJson" in second


@pytest.mark.parametrize("layer_id", ["population", "beneficiaries", "services"])
def test_hostile_names_stay_text(release: Release, layer_id: str) -> None:
    page = page_of(release, layer_id)
    assert len(page.blocks["script"]) == 2
    assert SCRIPT not in "".join(page.blocks["script"])
    assert SCRIPT in page.texts
    assert TEMPLATE in page.texts
    names = {properties.get("name_en", properties.get("name")) for properties in tooltips(page)}
    assert {SCRIPT, TEMPLATE} <= names


@pytest.mark.parametrize("lang", ["en", "el"])
def test_tooltips_and_table_say_what_everything_says(release: Release, lang: str) -> None:
    for layer in layers_of(release):
        if layer.kind == "points":
            continue
        page = page_of(release, layer.id, lang)
        expected = {cell.code: cell.text[lang] for cell in cells(release, layer)}
        said = {str(own["code"]): own[f"text_{lang}"] for own in tooltips(page)}
        assert said == {code: said for code, said in expected.items() if code != "R9"}
        rows = page.texts[page.texts.index("Figure" if lang == "en" else "Στοιχείο") + 1 :]
        for cell in cells(release, layer):
            at = rows.index(cell.names[lang])
            assert rows[at + 1] == cell.text[lang]


def test_withheld_and_no_data_have_their_patterns(release: Release) -> None:
    made = standalone_map(release, layer_of(release, "beneficiaries"), lang="en")
    assert 'id="nm-hatch"' in made.html
    assert 'id="nm-dots"' in made.html
    assert "url(#nm-hatch)" in Page(made.html).blocks["script"][1]


def test_the_number_behind_a_withheld_figure_is_not_in_the_file(
    make_release: Callable[..., Release],
) -> None:
    release = make_release()
    values = release.values.copy()
    values.loc[values["status"] == "withheld", ["value", "low", "high"]] = 987654.321
    planted = make_release(values=values)
    for layer in layers_of(planted):
        assert "987654" not in standalone_map(planted, layer, lang="en").html


def test_title_notices_sources_and_language_stand_on_the_page(release: Release) -> None:
    page = page_of(release, "beneficiaries", "el")
    assert ("html", {"lang": "el"}) in page.tags
    text = " ".join(page.texts)
    assert "Δικαιούχοι εισοδηματικής ενίσχυσης" in text
    assert "Δεν είναι τα επίσημα όρια." in text
    assert "συνθετικά" in text
    assert "Synthetic registers, needsmap" in text
    assert "2026-11-planner-1" in text


def test_the_same_release_gives_the_same_bytes(
    release: Release, make_release: Callable[..., Release]
) -> None:
    layer = layer_of(release, "services")
    assert standalone_map(release, layer, lang="en") == standalone_map(
        make_release(), layer, lang="en"
    )


def test_another_language_is_refused(release: Release) -> None:
    with pytest.raises(InvalidInput):
        standalone_map(release, layer_of(release, "population"), lang="xx")
