"""Static pictures: stable bytes, north up, true scale, and the right bars."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest
from matplotlib.figure import Figure
from shapely.geometry import shape
from shapely.ops import unary_union

from geo.errors import InvalidInput, NotFound
from geo.releases.release import Release
from layers import charts
from layers.catalogue import Layer, layer_of
from layers.charts import bars, choropleth, ranking
from layers.descriptions import chart_description, map_description


@pytest.mark.parametrize("fmt", ["svg", "png"])
@pytest.mark.parametrize("draw", [choropleth, bars])
def test_the_same_release_gives_the_same_bytes(
    release: Release, draw: Callable[..., bytes], fmt: str
) -> None:
    layer = layer_of(release, "beneficiary_rate_smoothed")
    first = draw(release, layer, lang="el", fmt=fmt)
    assert first == draw(release, layer, lang="el", fmt=fmt)
    assert b"matplotlib" not in first[:600].lower() or fmt == "svg"


def test_the_picture_carries_no_date(release: Release) -> None:
    svg = choropleth(release, layer_of(release, "population"), lang="en").decode()
    ElementTree.fromstring(svg)
    assert "dc:date" not in svg


def test_a_png_is_not_blank(release: Release) -> None:
    png = choropleth(release, layer_of(release, "population"), lang="en", fmt="png")
    pixels = matplotlib.image.imread(io.BytesIO(png), format="png")
    assert pixels.shape[1] == round(6.9 * charts.DPI)
    assert len(np.unique((pixels[..., :3] * 255).astype(int).reshape(-1, 3), axis=0)) > 50


def _drawn_text(release: Release, layer: Layer, draw: Callable[..., bytes], **more: object) -> str:
    """Every text that matplotlib is asked to draw, read off the figure."""
    texts: list[str] = []
    keep = Figure.savefig

    def listen(self: Figure, *args: object, **kwargs: object) -> None:
        keep(self, *args, **kwargs)
        texts.extend(
            item.get_text() for item in self.findobj(match=lambda a: hasattr(a, "get_text"))
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", listen)
        draw(release, layer, **more)
    return re.sub(r"\s+", " ", " ".join(texts))


def test_the_map_says_title_classes_notices_and_sources(release: Release) -> None:
    layer = layer_of(release, "beneficiaries")
    said = _drawn_text(release, layer, choropleth, lang="en")
    assert "Recipients of income support – Attica" in said
    assert "withheld (2)" in said
    assert "no data (1)" in said
    assert "not official boundaries" in said
    assert "Sources: Synthetic registers, needsmap" in said
    assert "5 km" in said


def test_bars_carry_the_figures_and_count_what_is_missing(release: Release) -> None:
    layer = layer_of(release, "capacity_gap.home_help")
    said = _drawn_text(release, layer, bars, lang="el")
    assert "Αθήνα" in said
    assert "80" in said
    assert "δεν δημοσιεύεται: 2" in said
    assert "χωρίς δεδομένα: 1" in said
    assert "<script>" not in said


def test_bars_rank_the_largest_first_and_never_a_withheld_one(release: Release) -> None:
    layer = layer_of(release, "beneficiaries")
    assert [cell.code for cell in ranking(release, layer, lang="en")] == [
        "9101",
        "9106",
        "9102",
        "9104",
        "9107",
        "9108",
    ]


def test_the_highlighted_bar_is_there_however_small(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "BARS", 2)
    layer = layer_of(release, "beneficiaries")
    codes = [cell.code for cell in ranking(release, layer, lang="en", highlight="9108")]
    assert codes == ["9101", "9106", "9108"]


def test_nothing_to_rank_is_not_found(make_release: Callable[..., Release]) -> None:
    release = make_release()
    hidden = make_release(values=release.values.assign(status="withheld"))
    with pytest.raises(NotFound):
        bars(hidden, layer_of(hidden, "beneficiaries"), lang="en")


@pytest.mark.parametrize("draw", [choropleth, bars])
def test_points_are_no_choropleth(release: Release, draw: Callable[..., bytes]) -> None:
    with pytest.raises(InvalidInput):
        draw(release, layer_of(release, "services"), lang="en")


def test_areas_keep_their_size_and_north_is_up(release: Release) -> None:
    shapes = charts._north_up(release)
    # 0.12 x 0.09 degrees at 37.845 N on the WGS 84 ellipsoid: 10.565 km x 9.990 km.
    assert shapes["9101"].area / 1e6 == pytest.approx(105.5, rel=0.005)
    south, north = shapes["9102"].centroid, shapes["9108"].centroid
    assert abs(north.x - south.x) / (north.y - south.y) < 0.005
    assert unary_union([shape(each) for each in shapes.values()]).is_valid


def test_a_map_is_told_in_words(release: Release) -> None:
    said = map_description(release, layer_of(release, "staff_norm"), lang="en")
    assert said == (
        "Map of the municipalities of Attica: Staffing norm of the community centre. Number of "
        "municipalities by class: below the norm: 2; norm met: 4; no norm applies: 2; no data: 1."
    )


def test_a_chart_is_told_in_words(release: Release) -> None:
    said = chart_description(release, layer_of(release, "staff_shortfall"), lang="el")
    assert "Νέα Σμύρνη 1" in said
    assert "δημοσιεύεται" not in said
